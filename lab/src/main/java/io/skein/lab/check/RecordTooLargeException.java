package io.skein.lab.check;

/** A record has more messages than there is memory for. */
final class RecordTooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    RecordTooLargeException(long messagesLimit) {
        super(
                "the record has more than %,d messages, for which this process has no memory; give it more: JAVA_OPTS=-Xmx..."
                        .formatted(messagesLimit));
    }
}
