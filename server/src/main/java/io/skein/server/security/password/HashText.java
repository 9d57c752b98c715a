package io.skein.server.security.password;

import java.util.Base64;

/** Reads the parts of a hash. */
final class HashText {
    private static final int BYTES_MAXIMUM = 128;

    private HashText() {}

    /** The parts between the dollar signs behind the prefix. */
    static String[] parts(String text, String prefix, int count) {
        String[] parts = text.substring(prefix.length()).split("\\$", -1);
        if (parts.length != count) {
            throw new IllegalArgumentException(
                    "a hash that begins with %s has %d parts behind it, not %d"
                            .formatted(prefix, count, parts.length));
        }
        return parts;
    }

    static int number(String text, int least, int most, String what) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the " + what + " is no number", e);
        }
        throw new IllegalArgumentException("the %s must be %d to %d".formatted(what, least, most));
    }

    static byte[] bytes(String base64, int least, String what) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " is not in Base64", e);
        }
        if (bytes.length < least || bytes.length > BYTES_MAXIMUM) {
            throw new IllegalArgumentException(
                    "the %s must have %d to %d bytes".formatted(what, least, BYTES_MAXIMUM));
        }
        return bytes;
    }
}
