package io.skein.mqtt.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the copies of one message: properties a sender sets for one receiver without
 * building {@link io.skein.mqtt.Properties} for it. One object serves a connection for all of its
 * messages: {@link #clear()} it between them. Not thread-safe. MQTT 3 receivers see none of it.
 */
public final class PublishOverrides {
    static final long AS_PUBLISHED = -1;

    private long messageExpirySeconds = AS_PUBLISHED;
    private int topicAlias;
    private boolean topicNameOmitted;
    private int @Nullable [] subscriptionIdentifiers;
    private int subscriptionIdentifierCount;

    /** Back to no override at all. */
    public PublishOverrides clear() {
        messageExpirySeconds = AS_PUBLISHED;
        topicAlias = 0;
        topicNameOmitted = false;
        subscriptionIdentifierCount = 0;
        return this;
    }

    /**
     * Replaces the Message Expiry Interval by what is left of it ([MQTT-3.3.2-6]).
     *
     * @param seconds 0 to 4,294,967,295
     */
    public PublishOverrides messageExpirySeconds(long seconds) {
        if (seconds < 0 || seconds > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("message expiry of " + seconds + " s");
        }
        messageExpirySeconds = seconds;
        return this;
    }

    /**
     * Sends a topic alias.
     *
     * @param alias 1 to the receiver's Topic Alias Maximum ([MQTT-3.3.2-8], [MQTT-3.1.2-26])
     * @param nameOmitted whether the receiver knows the alias already, so that the name can be left
     *     out
     */
    public PublishOverrides topicAlias(int alias, boolean nameOmitted) {
        if (alias < 1 || alias > 0xFFFF) {
            throw new IllegalArgumentException("topic alias " + alias);
        }
        topicAlias = alias;
        topicNameOmitted = nameOmitted;
        return this;
    }

    /**
     * Adds the identifier of a matching subscription ([MQTT-3.3.4-3]).
     *
     * @param identifier 1 to 268,435,455
     */
    public PublishOverrides addSubscriptionIdentifier(int identifier) {
        if (identifier < 1 || identifier > VariableByteInteger.MAXIMUM) {
            throw new IllegalArgumentException("subscription identifier " + identifier);
        }
        int[] identifiers = subscriptionIdentifiers;
        if (identifiers == null) {
            identifiers = new int[4];
        } else if (subscriptionIdentifierCount == identifiers.length) {
            identifiers = Arrays.copyOf(identifiers, identifiers.length * 2);
        }
        identifiers[subscriptionIdentifierCount++] = identifier;
        subscriptionIdentifiers = identifiers;
        return this;
    }

    long messageExpirySeconds() {
        return messageExpirySeconds;
    }

    int topicAlias() {
        return topicAlias;
    }

    boolean isTopicNameOmitted() {
        return topicNameOmitted;
    }

    int subscriptionIdentifierCount() {
        return subscriptionIdentifierCount;
    }

    int subscriptionIdentifier(int index) {
        return subscriptionIdentifiers == null ? 0 : subscriptionIdentifiers[index];
    }
}
