package io.skein.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The addresses that begin with the same bits.
 *
 * @param network any address of the range
 * @param prefixBits how many bits they have in common
 */
public record AddressRange(InetAddress network, int prefixBits) {
    private static final int MAPPED_PREFIX_BYTES = 12;

    /** Checks the number of bits. */
    public AddressRange {
        int most = network.getAddress().length * Byte.SIZE;
        if (prefixBits < 0 || prefixBits > most) {
            throw new IllegalArgumentException(
                    "a prefix of this address has 0 to " + most + " bits");
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address. Names are not looked up.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int most = address.getAddress().length * Byte.SIZE;
        String bits = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("expected a number of bits behind /");
        }
        return new AddressRange(address, Integer.parseInt(bits));
    }

    /** Whether the address is within; an IPv4 address in IPv6 clothes counts as what it is. */
    public boolean contains(InetAddress address) {
        byte[] wanted = network.getAddress();
        byte[] given = plain(address).getAddress();
        if (wanted.length != given.length) {
            return false;
        }
        int bytes = prefixBits / Byte.SIZE;
        if (!Arrays.equals(wanted, 0, bytes, given, 0, bytes)) {
            return false;
        }
        int rest = prefixBits % Byte.SIZE;
        return rest == 0 || ((wanted[bytes] ^ given[bytes]) & 0xFF) >> (Byte.SIZE - rest) == 0;
    }

    /** {@code ::ffff:10.0.0.1} as 10.0.0.1; every other address as it is. */
    static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address) || !isMapped(bytes)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(
                    Arrays.copyOfRange(bytes, MAPPED_PREFIX_BYTES, bytes.length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < MAPPED_PREFIX_BYTES - 2; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
