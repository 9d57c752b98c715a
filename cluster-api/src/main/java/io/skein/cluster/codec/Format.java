package io.skein.cluster.codec;

/** What writer and reader must agree on. */
final class Format {
    /**
     * The first byte of every frame; a change of anything below, or of a layout, makes another. One
     * flag more does not: who does not know it says so.
     */
    static final int VERSION = 2;

    // Flags of a message and of a will.
    static final int QOS_MASK = 0b11;
    static final int RETAIN = 1 << 2;
    static final int PROPERTIES = 1 << 3;
    static final int EXPIRES = 1 << 4;

    // Of a message alone: as in the message written in full before it in the frame.
    static final int SAME_TOPIC = 1 << 5;
    static final int SAME_PUBLISHER = 1 << 6;
    static final int ORIGIN = 1 << 7;

    // Flags of a queued message; the quality and the retain flag are as above.
    static final int SUBSCRIPTION_IDENTIFIERS = 1 << 3;

    // Flags of a session's head.
    static final int CONNECTED = 1;
    static final int WILL = 1 << 1;
    static final int WILL_ORIGIN = 1 << 2;

    // Flags of a subscription; the quality is as above.
    static final int NO_LOCAL = 1 << 2;
    static final int RETAIN_AS_PUBLISHED = 1 << 3;
    static final int RETAIN_HANDLING_SHIFT = 4;

    // Flags of a message in the queue of a stored session.
    static final int SENT = 1;
    static final int RELEASED = 1 << 1;

    // Kinds of session changes.
    static final int HEAD_SET = 1;
    static final int ENDED = 2;
    static final int SUBSCRIBED = 3;
    static final int UNSUBSCRIBED = 4;
    static final int QUEUED = 5;
    static final int SENT_TO_CLIENT = 6;
    static final int RELEASED_BY_CLIENT = 7;
    static final int DEQUEUED = 8;
    static final int RECEIVED = 9;
    static final int COMPLETED = 10;
    static final int UNDER_WAY = 11;

    /**
     * Added to the kind of a change that concerns the same client and epoch as the one before it.
     */
    static final int SAME_SESSION = 0x80;

    /** How a reference to a message ends: whether the message follows in full. */
    static final int IN_FULL = 1;

    private Format() {}
}
