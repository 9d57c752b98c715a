package io.skein.cli;

import java.net.InetSocketAddress;

/** Where something listens, as people write it: {@code HOST:PORT}, {@code [::1]:1883}. */
final class HostAndPort {
    private HostAndPort() {}

    /**
     * The address in a text.
     *
     * @param hostIfNone where there is only a port
     * @param least the least port that will do: 0 to listen on any that is free
     * @throws IllegalArgumentException if it is none, or nobody knows the host
     */
    static InetSocketAddress parse(String text, String hostIfNone, int least) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? hostIfNone : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        int number = Integer.parseInt(port);
        if (number < least || number > 65_535) {
            throw new IllegalArgumentException("'" + text + "' has no port that there is");
        }
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetSocketAddress address = new InetSocketAddress(plain, number);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("no address is known of the host " + plain);
        }
        return address;
    }
}
