package io.skein.lab.shell;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.packet.Publish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One piece of a {@link MessageFormat}. */
@FunctionalInterface
interface FormatPart {
    /** Appends this piece of the message. */
    void write(Publish message, ZonedDateTime at, ByteArrayOutputStream out) throws IOException;

    /** The field with this letter, or null if there is none. */
    static @Nullable FormatPart field(char letter, boolean pretty) {
        return switch (letter) {
            case 't' -> (message, _, out) -> out.writeBytes(message.topic().utf8());
            case 'p' -> (message, _, out) -> out.writeBytes(message.payload());
            case 'q' -> number(message -> message.qos().value());
            case 'r' -> number(message -> message.retain() ? 1 : 0);
            case 'd' -> number(message -> message.duplicate() ? 1 : 0);
            case 'l' -> number(message -> message.payload().length);
            case 'm' -> number(Publish::packetId);
            case 'x' -> text(message -> HexFormat.of().formatHex(message.payload()));
            case 'X' ->
                    text(message -> HexFormat.of().withUpperCase().formatHex(message.payload()));
            case 'I' -> TimeFormat.ISO;
            case 'U' -> TimeFormat.UNIX;
            case 'j' -> new MessageJson(false, pretty);
            case 'J' -> new MessageJson(true, pretty);
            default -> property(letter);
        };
    }

    private static @Nullable FormatPart property(char letter) {
        return switch (letter) {
            case 'A' -> property(Property.TOPIC_ALIAS);
            case 'C' -> property(Property.CONTENT_TYPE);
            case 'D' -> property(Property.CORRELATION_DATA);
            case 'E' -> property(Property.MESSAGE_EXPIRY_INTERVAL);
            case 'F' -> property(Property.PAYLOAD_FORMAT_INDICATOR);
            case 'R' -> property(Property.RESPONSE_TOPIC);
            case 'P' ->
                    text(message ->
                            message.properties().userProperties().stream()
                                    .map(user -> user.name() + ":" + user.value())
                                    .collect(Collectors.joining(" ")));
            case 'S' ->
                    text(message ->
                            message.properties().subscriptionIdentifiers().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(" ")));
            default -> null;
        };
    }

    private static FormatPart property(Property property) {
        return (message, _, out) -> {
            Properties properties = message.properties();
            byte[] binary = properties.binary(property);
            String string = properties.string(property);
            if (binary != null) {
                out.writeBytes(binary);
            } else if (string != null) {
                out.writeBytes(string.getBytes(StandardCharsets.UTF_8));
            } else if (properties.has(property)) {
                out.writeBytes(
                        Long.toString(properties.number(property, 0))
                                .getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static FormatPart number(Function<Publish, Integer> value) {
        return text(message -> String.valueOf(value.apply(message)));
    }

    private static FormatPart text(Function<Publish, String> value) {
        return (message, _, out) ->
                out.writeBytes(value.apply(message).getBytes(StandardCharsets.UTF_8));
    }

    /** The same piece within a width and a maximum, both in bytes. */
    static FormatPart aligned(
            FormatPart part, boolean left, boolean zeros, int width, int maximum) {
        return (message, at, out) -> {
            ByteArrayOutputStream inner = new ByteArrayOutputStream();
            part.write(message, at, inner);
            int length = Math.min(inner.size(), maximum);
            int padding = Math.max(0, width - length);
            if (!left) {
                pad(out, padding, zeros ? '0' : ' ');
            }
            out.write(inner.toByteArray(), 0, length);
            if (left) {
                pad(out, padding, ' ');
            }
        };
    }

    private static void pad(ByteArrayOutputStream out, int count, char with) {
        for (int i = 0; i < count; i++) {
            out.write(with);
        }
    }
}
