package io.skein.cluster.link;

/** What happens to a frame when its peer is far behind. */
public enum Urgency {
    /** Always accepted: few, small, and the protocol stands still without them. */
    CONTROL,
    /** Refused when the limit of unacknowledged bytes is reached. */
    ASSURED,
    /** Refused at half of that limit, to leave room for what was promised to somebody. */
    EXPENDABLE
}
