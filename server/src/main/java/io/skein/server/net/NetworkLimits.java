package io.skein.server.net;

/**
 * The named limits of the network side (P11).
 *
 * @param connectionsMaximum connections of clients at a time; a further one is closed when accepted
 * @param connectSecondsMaximum how long a connection may take until its CONNECT has arrived whole,
 *     with all handshakes before it; it is closed afterwards
 * @param connectBytesMaximum largest CONNECT accepted: what peers that nobody knows yet can make
 *     the node hold; a larger one is refused with 0x95
 * @param writeBufferBytesMaximum bytes that wait for one client's network before the core is told
 *     to hold back; resumed at half of it. One packet may exceed it.
 * @param upgradeRequestBytesMaximum largest HTTP request line, and largest sum of its headers, that
 *     may ask for a WebSocket
 * @param backlog connections that the system keeps until they are accepted
 * @param connectsPerSecond connections the node takes, 0 for no bound; what a second allows may
 *     come at once, a further one is closed
 * @param connectsPerSecondAndAddress the same for each address, an IPv6 one by its /64
 * @param topicAliasToClientMaximum topic aliases the node gives out to a client that allows that
 *     many
 */
public record NetworkLimits(
        int connectionsMaximum,
        int connectSecondsMaximum,
        int connectBytesMaximum,
        int writeBufferBytesMaximum,
        int upgradeRequestBytesMaximum,
        int backlog,
        int connectsPerSecond,
        int connectsPerSecondAndAddress,
        int topicAliasToClientMaximum) {
    /** The limits of a node that was told nothing. */
    public static final NetworkLimits DEFAULTS =
            new NetworkLimits(1_000_000, 10, 128 << 10, 256 << 10, 8 << 10, 4_096, 10_000, 0, 64);

    /** Checks the ranges. */
    public NetworkLimits {
        require(connectionsMaximum, 1, Integer.MAX_VALUE, "connectionsMaximum");
        require(connectSecondsMaximum, 1, 3_600, "connectSecondsMaximum");
        require(connectBytesMaximum, 64, 268_435_460, "connectBytesMaximum");
        require(writeBufferBytesMaximum, 1 << 10, 1 << 30, "writeBufferBytesMaximum");
        require(upgradeRequestBytesMaximum, 256, 1 << 20, "upgradeRequestBytesMaximum");
        require(backlog, 1, 65_535, "backlog");
        require(connectsPerSecond, 0, 1_000_000_000, "connectsPerSecond");
        require(connectsPerSecondAndAddress, 0, 1_000_000_000, "connectsPerSecondAndAddress");
        require(topicAliasToClientMaximum, 0, 65_535, "topicAliasToClientMaximum");
    }

    private static void require(long value, long least, long most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
