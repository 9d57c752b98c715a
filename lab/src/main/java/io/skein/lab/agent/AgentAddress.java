package io.skein.lab.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where an agent listens.
 *
 * @param host a name or an IPv4 or IPv6 literal, the latter without brackets
 * @param port 0 to 65,535; 0 only to listen on any that is free
 */
public record AgentAddress(String host, int port) {
    /**
     * An address as people write it: {@code host:7883}, {@code [::1]:7883}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static AgentAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        String port = text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        return new AgentAddress(host, Integer.parseInt(port));
    }

    /** Whether only programs of the same machine reach it. A name that nobody knows is not. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
