package io.skein.lab.shell;

import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The MQTT 5 properties of a command's packets, collected from {@code -D command identifier value}.
 * Immutable.
 */
public final class PropertyArguments {
    /** No properties. */
    public static final PropertyArguments NONE = new PropertyArguments(Map.of());

    /** The packets properties can be given for. */
    public enum Command {
        CONNECT,
        PUBLISH,
        SUBSCRIBE,
        UNSUBSCRIBE,
        DISCONNECT,
        WILL
    }

    private final Map<Command, Properties> properties;

    private PropertyArguments(Map<Command, Properties> properties) {
        this.properties = properties;
    }

    /**
     * How many arguments follow {@code -D} when the first two are these: 3, or 4 for a user
     * property.
     */
    public static int arity(String identifier) {
        return identifier.equals("user-property") ? 4 : 3;
    }

    /**
     * These properties and one more.
     *
     * @param arguments command, identifier and value, for a user property name and value
     * @throws IllegalArgumentException if MQTT has no such property for that packet, or the value
     *     does not fit; the message says which
     */
    public PropertyArguments with(List<String> arguments) {
        if (arguments.size() < 3 || arguments.size() != arity(arguments.get(1))) {
            throw new IllegalArgumentException(
                    "-D takes a command, a property and its value (for user-property a name and a"
                            + " value), not '"
                            + String.join(" ", arguments)
                            + "'");
        }
        Command command = command(arguments.getFirst());
        String identifier = arguments.get(1);
        Properties.Builder builder = of(command).toBuilder();
        String value = arguments.get(2);
        Property property = property(identifier);
        switch (property.type()) {
            case STRING_PAIR -> builder.userProperty(value, arguments.get(3));
            case STRING -> builder.string(property, value);
            case BINARY -> builder.binary(property, value.getBytes(StandardCharsets.UTF_8));
            case VARIABLE -> builder.subscriptionIdentifier((int) number(identifier, value));
            case BYTE, TWO_BYTE, FOUR_BYTE -> builder.number(property, number(identifier, value));
        }
        Properties changed = builder.build();
        requireAllowed(command, identifier, changed);
        EnumMap<Command, Properties> all = new EnumMap<>(Command.class);
        all.putAll(properties);
        all.put(command, changed);
        return new PropertyArguments(all);
    }

    /** The properties for a packet. */
    public Properties of(Command command) {
        return properties.getOrDefault(command, Properties.EMPTY);
    }

    /** Whether there are none at all. */
    public boolean isEmpty() {
        return properties.isEmpty();
    }

    private static Command command(String name) {
        try {
            return Command.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-D: '"
                            + name
                            + "' is none of connect, publish, subscribe, unsubscribe, disconnect and"
                            + " will",
                    e);
        }
    }

    private static Property property(String identifier) {
        try {
            return Property.valueOf(identifier.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("-D: MQTT has no property '" + identifier + "'", e);
        }
    }

    private static long number(String identifier, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "-D: the value of " + identifier + " must be a number, not '" + value + "'", e);
        }
    }

    /** The encoder knows what may stand where, and in which bounds. */
    private static void requireAllowed(Command command, String identifier, Properties properties) {
        try {
            PacketEncoder.encode(
                    packet(command, properties), ProtocolVersion.MQTT_5, Unpooled.buffer());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-D: %s is not for %s, or its value is out of bounds (%s)"
                            .formatted(
                                    identifier,
                                    command.name().toLowerCase(Locale.ROOT),
                                    e.getMessage()),
                    e);
        }
    }

    private static Packet packet(Command command, Properties properties) {
        TopicName topic = TopicName.of("t");
        TopicFilter filter = TopicFilter.of("t");
        byte[] nothing = {};
        return switch (command) {
            case CONNECT -> connect(properties, null);
            case WILL ->
                    connect(
                            Properties.EMPTY,
                            new Will(topic, nothing, QoS.AT_MOST_ONCE, false, properties));
            case PUBLISH ->
                    new Publish(topic, nothing, QoS.AT_MOST_ONCE, false, false, 0, properties);
            case SUBSCRIBE ->
                    new Subscribe(
                            1, List.of(new Subscription(filter, QoS.AT_MOST_ONCE)), properties);
            case UNSUBSCRIBE -> new Unsubscribe(1, List.of(filter), properties);
            case DISCONNECT -> new Disconnect(ReasonCode.SUCCESS, properties);
        };
    }

    private static Connect connect(Properties properties, @Nullable Will will) {
        return new Connect(ProtocolVersion.MQTT_5, "", true, 0, properties, will, null, null);
    }
}
