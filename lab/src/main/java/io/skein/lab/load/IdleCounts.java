package io.skein.lab.load;

/**
 * Connections that do nothing, up to now.
 *
 * @param tried how many began to connect
 * @param connected how many were accepted
 * @param refused how many were not
 * @param lost of those accepted, how many ended without being asked to
 */
public record IdleCounts(int tried, int connected, int refused, int lost) {
    /** None. */
    public static final IdleCounts NONE = new IdleCounts(0, 0, 0, 0);

    /** How many stand. */
    public int standing() {
        return connected - lost;
    }

    /** Both together. */
    public IdleCounts plus(IdleCounts other) {
        return new IdleCounts(
                tried + other.tried,
                connected + other.connected,
                refused + other.refused,
                lost + other.lost);
    }
}
