package io.skein.cluster.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keys or arguments of a call. */
final class Args {
    private final List<byte[]> values = new ArrayList<>();

    static Args of(String... texts) {
        Args args = new Args();
        for (String text : texts) {
            args.add(text);
        }
        return args;
    }

    Args add(String text) {
        return add(bytes(text));
    }

    Args add(long number) {
        return add(Long.toString(number));
    }

    Args add(byte[] value) {
        values.add(value);
        return this;
    }

    Args addAll(Args more) {
        values.addAll(more.values);
        return this;
    }

    int size() {
        return values.size();
    }

    byte[][] toArray() {
        return values.toArray(byte[][]::new);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A string of a reply. */
    static String text(Object reply) {
        return text((byte[]) reply);
    }

    /** A number of a reply, whether it came as one or as text. */
    static long number(Object reply) {
        return reply instanceof Long number ? number : Long.parseLong(text(reply));
    }

    /** A list of a reply. */
    static List<?> list(Object reply) {
        return (List<?>) reply;
    }
}
