package io.skein.mqtt.topic;

/** A topic name or filter that breaks a rule of section 4.7; the message says which. */
public final class InvalidTopicException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** An exception with the rule that was broken. */
    public InvalidTopicException(String message) {
        super(message);
    }
}
