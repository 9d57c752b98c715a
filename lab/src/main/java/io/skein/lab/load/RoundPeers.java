package io.skein.lab.load;

import io.skein.lab.measure.SequenceLedger;
import java.util.Map;

/**
 * The other generators of a round, which share its workload. Each method is called once, in this
 * order, on the thread that runs the round, and waits until all of them have come as far.
 */
public interface RoundPeers {
    /** There are no others. */
    RoundPeers NONE =
            new RoundPeers() {
                @Override
                public boolean areThere() {
                    return false;
                }

                @Override
                public long awaitStart(long earliestNanos) {
                    return earliestNanos;
                }

                @Override
                public Map<Integer, Long> exchangeSent(Map<Integer, Long> own) {
                    return Map.of();
                }

                @Override
                public Map<Integer, SequenceLedger> exchangeAcknowledged(
                        Map<Integer, SequenceLedger> own) {
                    return Map.of();
                }
            };

    /** Whether there are others. */
    boolean areThere();

    /**
     * All own subscribers have subscribed.
     *
     * @param earliestNanos when messages could be due if it were for this generator alone
     * @return when the first message is due, by the {@link System#nanoTime} of this process
     * @throws LoadFailedException if there will be no start
     */
    long awaitStart(long earliestNanos) throws LoadFailedException;

    /**
     * Sending is over.
     *
     * @param own messages sent by each of the own publishers, by its number
     * @return those of the others
     * @throws LoadFailedException if the others cannot be heard any more
     */
    Map<Integer, Long> exchangeSent(Map<Integer, Long> own) throws LoadFailedException;

    /**
     * The drain is over.
     *
     * @param own what the target has acknowledged of each of the own publishers
     * @return those of the others
     * @throws LoadFailedException if the others cannot be heard any more
     */
    Map<Integer, SequenceLedger> exchangeAcknowledged(Map<Integer, SequenceLedger> own)
            throws LoadFailedException;
}
