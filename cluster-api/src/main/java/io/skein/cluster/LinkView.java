package io.skein.cluster;

/**
 * How a link to another broker stands, or to what nodes share, for operators.
 *
 * @param name in the configuration
 * @param address of the far side
 * @param sessionId client id of the session on this node that queues what waits for the far side;
 *     empty where none does
 * @param sinceMillis when it came to this state, in milliseconds of the epoch
 * @param detail the protocol spoken while connected, otherwise why it is not; may be empty
 * @param alarm whether it has carried nothing for longer than it may
 * @param queued what waits for the far side or is under way, some seconds ago: QoS 1 and 2
 *     messages, and calls where it answers such
 * @param connects how often messages began to pass
 * @param sent messages that the far side was sent, those sent again included
 * @param received messages taken from the far side
 * @param looped messages not passed on because they had been where they would have gone
 * @param refused messages that a side has refused for good, or that were too large for it
 */
public record LinkView(
        String name,
        String address,
        String sessionId,
        State state,
        long sinceMillis,
        String detail,
        boolean alarm,
        long queued,
        long connects,
        long sent,
        long received,
        long looped,
        long refused) {
    /** What a link does. */
    public enum State {
        /** Nobody was there or answers, or the connection broke: it tries again in a moment. */
        WAITING,
        /** It is being established. */
        CONNECTING,
        /** Messages pass. */
        CONNECTED
    }
}
