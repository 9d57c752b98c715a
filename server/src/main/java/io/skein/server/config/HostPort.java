package io.skein.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where something listens or can be reached, as it was written.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 to 65,535; 0 lets the system choose when listening
 */
public record HostPort(String host, int port) {
    private static final int PORT_MAXIMUM = 65_535;

    /**
     * Reads {@code host:port}, {@code [::1]:1883} for IPv6.
     *
     * @throws IllegalArgumentException if it is neither; the message says what is expected
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw expected("an IPv6 address needs brackets, like [::1]:1883");
        }
        String digits = text.substring(colon + 1);
        if (host.isEmpty() || !digits.matches("\\d{1,5}")) {
            throw expected("expected host:port, like 127.0.0.1:1883");
        }
        int port = Integer.parseInt(digits);
        if (port > PORT_MAXIMUM) {
            throw expected("a port is 0 to 65535");
        }
        return new HostPort(host, port);
    }

    private static IllegalArgumentException expected(String message) {
        return new IllegalArgumentException(message);
    }

    /** Whether only this machine can reach it; a name that does not resolve is not. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether it stands for all addresses of this machine. */
    public boolean isWildcard() {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** For binding or connecting; unresolved if the name is not known. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
