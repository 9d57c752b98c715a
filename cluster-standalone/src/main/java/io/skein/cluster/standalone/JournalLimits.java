package io.skein.cluster.standalone;

/**
 * The sizes that bound a journal.
 *
 * @param waitingBytes estimated bytes of requests that may wait for the writer; beyond it, requests
 *     to keep something are refused
 * @param groupBytes estimated bytes after which a group is written even if more is waiting
 * @param segmentBytes size at which another segment is begun
 * @param preallocatedBytes how far ahead of the records a segment is filled with zeros, so that
 *     forcing a record need not force the file's length too
 * @param compactionBytes size of the log below which it is not compacted
 * @param compactionFactor how many times the last snapshot the log may grow to
 * @param retryMillis how long to wait before a failed disk is tried again
 */
record JournalLimits(
        long waitingBytes,
        long groupBytes,
        long segmentBytes,
        int preallocatedBytes,
        long compactionBytes,
        int compactionFactor,
        long retryMillis) {
    private static final int MEBIBYTE = 1 << 20;

    static final JournalLimits DEFAULT =
            new JournalLimits(
                    64L * MEBIBYTE,
                    8L * MEBIBYTE,
                    64L * MEBIBYTE,
                    8 * MEBIBYTE,
                    64L * MEBIBYTE,
                    4,
                    1_000);

    /** For requests that are bounded where they come from. */
    JournalLimits withoutBoundOnWaiting() {
        return new JournalLimits(
                Long.MAX_VALUE / 2,
                groupBytes,
                segmentBytes,
                preallocatedBytes,
                compactionBytes,
                compactionFactor,
                retryMillis);
    }
}
