package io.skein.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A kind of value.
 *
 * @param description what may be written, for the reference
 * @param parse makes the value; throws IllegalArgumentException that says what is expected
 */
record ValueType<T>(String description, Function<String, T> parse) {
    private static final Map<String, Long> UNITS =
            Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    static ValueType<String> text(String description, String pattern) {
        return new ValueType<>(
                description,
                text -> {
                    if (!text.matches(pattern)) {
                        throw new IllegalArgumentException("expected " + description);
                    }
                    return text;
                });
    }

    static ValueType<Boolean> flag() {
        return new ValueType<>(
                "true or false",
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException("expected true or false");
                        });
    }

    static ValueType<HostPort> hostPort() {
        return new ValueType<>("host:port", HostPort::parse);
    }

    /** The names of an enum in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        List<E> values = Arrays.asList(type.getEnumConstants());
        String names = values.stream().map(ValueType::name).collect(Collectors.joining(", "));
        return new ValueType<>(
                names,
                text ->
                        values.stream()
                                .filter(value -> name(value).equals(text))
                                .findFirst()
                                .orElseThrow(() ->
                                        new IllegalArgumentException("expected one of " + names)));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Values with commas between them; each is read by {@code item}. At least one. */
    static <T> ValueType<List<T>> listOf(String description, Function<String, T> item) {
        return new ValueType<>(
                description,
                text -> {
                    if (text.isBlank()) {
                        throw new IllegalArgumentException("expected " + description);
                    }
                    return Arrays.stream(text.split(",")).map(String::strip).map(item).toList();
                });
    }

    static ValueType<Integer> integer(int least, int most) {
        return new ValueType<>(
                least + " to " + most, text -> (int) number(text, least, most, "a whole number"));
    }

    static ValueType<Long> longInteger(long least, long most) {
        return new ValueType<>(
                least + " to " + most, text -> number(text, least, most, "a whole number"));
    }

    /** A number of bytes, with KiB, MiB or GiB behind it if wanted. */
    static ValueType<Long> bytes(long least, long most) {
        return new ValueType<>(
                "bytes, %d to %d; KiB, MiB and GiB are understood".formatted(least, most),
                text -> {
                    String unit = text.length() > 3 ? text.substring(text.length() - 3) : "";
                    Long factor = UNITS.get(unit);
                    if (factor == null) {
                        return number(text, least, most, "a number of bytes, like 64MiB");
                    }
                    String digits = text.substring(0, text.length() - 3).strip();
                    return number(digits, least, most, factor, "a number of bytes, like 64MiB");
                });
    }

    static ValueType<Integer> intBytes(int least, int most) {
        ValueType<Long> wide = bytes(least, most);
        return new ValueType<>(
                wide.description(), text -> Math.toIntExact(wide.parse().apply(text)));
    }

    private static long number(String text, long least, long most, String expected) {
        return number(text, least, most, 1, expected);
    }

    private static long number(String text, long least, long most, long factor, String expected) {
        long value;
        try {
            value = Math.multiplyExact(Long.parseLong(text.replace("_", "")), factor);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected " + expected, e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("must be %d to %d".formatted(least, most), e);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException("must be %d to %d".formatted(least, most));
        }
        return value;
    }
}
