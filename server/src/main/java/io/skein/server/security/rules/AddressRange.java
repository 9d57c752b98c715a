package io.skein.server.security.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Internet addresses with a common beginning, as in {@code 10.0.0.0/8} or {@code fd00::/8}; one
 * address without a length.
 */
public final class AddressRange {
    private final byte[] prefix;
    private final int bits;

    private AddressRange(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /**
     * Reads an address with or without a length.
     *
     * @throws IllegalArgumentException that says what is expected
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] prefix =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
            int most = prefix.length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= most) {
                return new AddressRange(prefix, bits);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        throw new IllegalArgumentException(expected(text));
    }

    private static String expected(String text) {
        return "expected an address such as 10.0.0.0/8 or fd00::/8, not '" + text + "'";
    }

    /** Whether the address is one of these; false for one that is not known. */
    boolean contains(@Nullable InetAddress address) {
        byte[] bytes = address == null ? new byte[0] : address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            int left = Math.clamp(bits - 8L * i, 0, 8);
            int mask = 0xFF << (8 - left);
            if (((bytes[i] ^ prefix[i]) & mask & 0xFF) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(prefix).getHostAddress() + "/" + bits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the length was an address's before
        }
    }
}
