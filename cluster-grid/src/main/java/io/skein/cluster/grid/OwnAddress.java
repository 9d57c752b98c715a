package io.skein.cluster.grid;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How other machines reach this one. A node tells the others where it listens, and they could do
 * nothing with "everywhere".
 */
final class OwnAddress {
    private OwnAddress() {}

    /**
     * The same address, or that of this machine in place of a wildcard.
     *
     * @throws IllegalArgumentException if there is none or more than one to choose
     */
    static InetSocketAddress of(String option, InetSocketAddress bind) {
        return bind.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(only(option, bind.getAddress(), all()), bind.getPort())
                : bind;
    }

    /** The only address of its kind; IPv4 is preferred where the wildcard is that of IPv6. */
    static InetAddress only(String option, InetAddress wildcard, List<InetAddress> addresses) {
        List<InetAddress> fitting =
                addresses.stream().filter(Inet4Address.class::isInstance).toList();
        if (fitting.isEmpty() && !(wildcard instanceof Inet4Address)) {
            fitting = addresses;
        }
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        throw new IllegalArgumentException(
                "cluster.%s %s: other nodes have to be told one address, and this machine has %s; say which"
                        .formatted(
                                option,
                                wildcard.getHostAddress(),
                                fitting.isEmpty()
                                        ? "none but its own loopback"
                                        : fitting.stream()
                                                .map(InetAddress::getHostAddress)
                                                .collect(Collectors.joining(", "))));
    }

    private static List<InetAddress> all() {
        try {
            List<InetAddress> addresses = new ArrayList<>();
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp()) {
                    each.inetAddresses()
                            .filter(address ->
                                    !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                            .forEach(addresses::add);
                }
            }
            return addresses;
        } catch (SocketException unreadable) {
            return List.of();
        }
    }
}
