package io.skein.mqtt;

/** Quality of service of a message or a subscription; the ordinal is the value on the wire. */
public enum QoS {
    AT_MOST_ONCE,
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    private static final QoS[] VALUES = values();

    /** The value on the wire, 0 to 2. */
    public int value() {
        return ordinal();
    }

    /**
     * The quality of service with this wire value.
     *
     * @throws IllegalArgumentException unless {@code value} is 0, 1 or 2
     */
    public static QoS of(int value) {
        if (value < 0 || value > 2) {
            throw new IllegalArgumentException("QoS must be 0, 1 or 2, not " + value);
        }
        return VALUES[value];
    }

    /** The lower of the two: what a subscription of one quality gets of a message of the other. */
    public QoS atMost(QoS limit) {
        return ordinal() <= limit.ordinal() ? this : limit;
    }
}
