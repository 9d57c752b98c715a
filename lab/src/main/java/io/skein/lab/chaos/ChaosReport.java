package io.skein.lab.chaos;

/**
 * What came of a run, in a line.
 *
 * @param code one of the exit codes of {@link ChaosCommand}
 * @param seconds from before the nodes were started until the verdict
 * @param published messages that clients sent
 * @param acknowledged of these
 * @param received messages that came to clients
 * @param words the first violation, or why nothing can be told; empty if every promise held
 */
record ChaosReport(
        long seed,
        int code,
        double seconds,
        long published,
        long acknowledged,
        long received,
        String words) {
    /** The code as a word. */
    String verdict() {
        return switch (code) {
            case ChaosCommand.HELD -> "held";
            case ChaosCommand.VIOLATED -> "violated";
            case ChaosCommand.UNKNOWN -> "unknown";
            case ChaosCommand.INTERRUPTED -> "stopped";
            default -> "failed";
        };
    }
}
