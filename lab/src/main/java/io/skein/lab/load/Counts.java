package io.skein.lab.load;

/**
 * The exact account of a round, over all pairs of a publisher and a subscriber of its topic.
 *
 * @param sent messages handed to a connection
 * @param unsent messages that were due, but the target did not take in time
 * @param acknowledged messages whose PUBACK or PUBCOMP came without an error; 0 at QoS 0
 * @param refused messages acknowledged with an error
 * @param unsettled messages above QoS 0 whose acknowledgement never came
 * @param received deliveries of this round's messages that arrived intact, repetitions included
 * @param expected deliveries due: for every message sent, the subscribers of its topic
 * @param lost deliveries due that never came: {@code expected - (received - duplicated)}
 * @param lostAcknowledged those of them whose message the target had acknowledged
 * @param duplicated deliveries that repeated an earlier one
 * @param outOfOrder first deliveries that came after one with a larger sequence number
 * @param corrupted payloads that were changed, cut, or came where they do not belong; each is
 *     missing from {@code received}
 * @param stale deliveries of an earlier round
 */
public record Counts(
        long sent,
        long unsent,
        long acknowledged,
        long refused,
        long unsettled,
        long received,
        long expected,
        long lost,
        long lostAcknowledged,
        long duplicated,
        long outOfOrder,
        long corrupted,
        long stale) {}
