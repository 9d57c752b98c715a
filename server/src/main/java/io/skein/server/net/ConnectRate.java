package io.skein.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast connections come, to the node and from each address: what a second allows may come at
 * once. IPv6 addresses count by their /64, which one machine has to itself. Any thread may ask.
 */
final class ConnectRate {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int IPV6_NETWORK_BYTES = 8;

    /** Which limit a connection is beyond. */
    enum Answer {
        WITHIN,
        BEYOND_NODE,
        BEYOND_ADDRESS
    }

    /** An IPv4 address or an IPv6 network. */
    private record Origin(boolean isIpv6, long bits) {
        static Origin of(InetAddress address) {
            byte[] all = address.getAddress();
            long bits = 0;
            for (int i = 0; i < Math.min(all.length, IPV6_NETWORK_BYTES); i++) {
                bits = (bits << Byte.SIZE) | (all[i] & 0xFF);
            }
            return new Origin(address instanceof Inet6Address, bits);
        }
    }

    private final int perSecond;
    private final int perSecondAndAddress;
    private final int addressesMaximum;

    /** When what came so far would be over at the allowed rate; the oldest visitor first. */
    private final Map<Origin, Long> doneNanos = new LinkedHashMap<>(16, 0.75f, true);

    private long nodeDoneNanos = Long.MIN_VALUE / 2;

    /**
     * A rate that nothing has used yet.
     *
     * @param perSecond connections to the node, 0 for no bound
     * @param perSecondAndAddress connections from one address, 0 for no bound
     * @param addressesMaximum addresses remembered; the one that came longest ago is forgotten
     */
    ConnectRate(int perSecond, int perSecondAndAddress, int addressesMaximum) {
        this.perSecond = perSecond;
        this.perSecondAndAddress = perSecondAndAddress;
        this.addressesMaximum = addressesMaximum;
    }

    /** One more connection, at a time that does not go back. */
    synchronized Answer take(InetAddress address, long nowNanos) {
        if (perSecondAndAddress > 0) {
            Origin origin = Origin.of(address);
            long done =
                    doneAfter(
                            doneNanos.getOrDefault(origin, Long.MIN_VALUE / 2),
                            perSecondAndAddress,
                            nowNanos);
            if (done > nowNanos) {
                return Answer.BEYOND_ADDRESS;
            }
            doneNanos.put(origin, done);
            forgetOldest();
        }
        if (perSecond > 0) {
            long done = doneAfter(nodeDoneNanos, perSecond, nowNanos);
            if (done > nowNanos) {
                return Answer.BEYOND_NODE;
            }
            nodeDoneNanos = done;
        }
        return Answer.WITHIN;
    }

    private void forgetOldest() {
        if (doneNanos.size() > addressesMaximum) {
            Iterator<Origin> oldest = doneNanos.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static long doneAfter(long doneNanos, int perSecond, long nowNanos) {
        return Math.max(doneNanos, nowNanos - SECOND_NANOS) + SECOND_NANOS / perSecond;
    }
}
