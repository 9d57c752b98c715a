package io.skein.lab.load;

/**
 * The account of one publisher and one subscriber of its topic; fields as in {@link Counts}.
 *
 * @param subscriber of a group, the first stands for all
 */
public record PairAccount(
        int publisher,
        int subscriber,
        long expected,
        long received,
        long lost,
        long lostAcknowledged,
        long duplicated,
        long outOfOrder) {
    /** Whether every message came once and in order. */
    public boolean isClean() {
        return lost == 0 && duplicated == 0 && outOfOrder == 0;
    }
}
