package io.skein.lab.shell;

import io.skein.mqtt.packet.Publish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * How {@code sub} prints a message, by a template as {@code mosquitto_sub -F} takes it:
 *
 * <ul>
 *   <li>{@code %t} topic, {@code %p} payload, {@code %q} QoS, {@code %r} retained, {@code %l}
 *       payload length, {@code %m} packet identifier, {@code %d} duplicate flag, {@code %x} and
 *       {@code %X} payload in hexadecimal;
 *   <li>{@code %I} ISO 8601 time, {@code %U} Unix time with nanoseconds, {@code %j} and {@code %J}
 *       JSON with the payload as text or as the JSON it is;
 *   <li>of MQTT 5: {@code %A} topic alias, {@code %C} content type, {@code %D} correlation data,
 *       {@code %E} message expiry, {@code %F} payload format, {@code %P} user properties, {@code
 *       %R} response topic, {@code %S} subscription identifiers;
 *   <li>between percent sign and letter: {@code -} for left-aligned, {@code 0} for leading zeros, a
 *       width, and after a dot a maximum;
 *   <li>{@code @} and a letter of strftime, {@code @N} nanoseconds; {@code \n \r \t \0 \a \e \v};
 *       {@code %% @@ \\} for the signs themselves.
 * </ul>
 *
 * Bytes of topics and payloads come out as they came in. Immutable.
 */
public final class MessageFormat {
    private final List<FormatPart> parts;

    private MessageFormat(List<FormatPart> parts) {
        this.parts = parts;
    }

    /**
     * The format of a template.
     *
     * @param pretty whether JSON is spread over lines
     * @throws IllegalArgumentException if the template is malformed; the message says where
     */
    public static MessageFormat parse(String template, boolean pretty) {
        return new MessageFormat(new Parser(template, pretty).parse());
    }

    /**
     * The message in this format, without an end of line.
     *
     * @param at when it came
     * @throws IOException if {@code %J} was asked for and the payload is not JSON
     */
    public byte[] format(Publish message, ZonedDateTime at) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (FormatPart part : parts) {
            part.write(message, at, out);
        }
        return out.toByteArray();
    }

    /** Reads a template from left to right. */
    private static final class Parser {
        private final String template;
        private final boolean pretty;
        private final List<FormatPart> parts = new ArrayList<>();
        private final StringBuilder literal = new StringBuilder();
        private int at;

        Parser(String template, boolean pretty) {
            this.template = template;
            this.pretty = pretty;
        }

        List<FormatPart> parse() {
            while (at < template.length()) {
                char c = template.charAt(at++);
                switch (c) {
                    case '%' -> percent();
                    case '@' -> time();
                    case '\\' -> literal.append(escaped(next("\\")));
                    default -> literal.append(c);
                }
            }
            endLiteral();
            return List.copyOf(parts);
        }

        private void percent() {
            int start = at - 1;
            boolean left = false;
            boolean zeros = false;
            char c = next("%");
            while (c == '-' || c == '0') {
                left |= c == '-';
                zeros |= c == '0';
                c = next("%");
            }
            int width = 0;
            while (Character.isDigit(c)) {
                width = Math.min(width * 10 + (c - '0'), 100_000);
                c = next("%");
            }
            int maximum = Integer.MAX_VALUE;
            if (c == '.') {
                maximum = 0;
                c = next("%");
                while (Character.isDigit(c)) {
                    maximum = Math.min(maximum * 10 + (c - '0'), 100_000_000);
                    c = next("%");
                }
            }
            if (c == '%') {
                literal.append('%');
                return;
            }
            endLiteral();
            FormatPart part = FormatPart.field(c, pretty);
            if (part == null) {
                throw new IllegalArgumentException(
                        "-F: '%s' is not understood".formatted(template.substring(start, at)));
            }
            boolean plain = width == 0 && maximum == Integer.MAX_VALUE;
            parts.add(plain ? part : FormatPart.aligned(part, left, zeros, width, maximum));
        }

        private void time() {
            char c = next("@");
            if (c == '@') {
                literal.append('@');
                return;
            }
            endLiteral();
            FormatPart part = TimeFormat.field(c);
            if (part == null) {
                throw new IllegalArgumentException("-F: '@" + c + "' is not understood");
            }
            parts.add(part);
        }

        private static char escaped(char c) {
            return switch (c) {
                case '\\' -> '\\';
                case '0' -> '\0';
                case 'a' -> '\u0007';
                case 'e' -> '\u001B';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'v' -> '\u000B';
                default ->
                        throw new IllegalArgumentException("-F: '\\" + c + "' is not understood");
            };
        }

        private char next(String begun) {
            if (at == template.length()) {
                throw new IllegalArgumentException("-F: the format ends within '" + begun + "'");
            }
            return template.charAt(at++);
        }

        private void endLiteral() {
            if (literal.length() > 0) {
                byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
                parts.add((_, _, out) -> out.writeBytes(bytes));
                literal.setLength(0);
            }
        }
    }
}
