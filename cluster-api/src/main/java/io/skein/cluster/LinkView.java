package io.skein.cluster;

/**
 * How a link to another broker stands, for operators.
 *
 * @param name in the configuration
 * @param address of the far side
 * @param sessionId client id of the session on this node that queues what waits for the far side
 * @param sinceMillis when it came to this state, in milliseconds of the epoch
 * @param detail the protocol spoken while connected, otherwise why it is not; may be empty
 * @param alarm whether it has been without a connection for longer than it may
 * @param queued QoS 1 and 2 messages that wait for the far side or are under way, some seconds ago
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
        /** Nobody was there, or the connection broke: it tries again in a moment. */
        WAITING,
        /** It is being established. */
        CONNECTING,
        /** Messages pass. */
        CONNECTED
    }
}
