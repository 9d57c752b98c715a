package io.skein.lab.devices;

import io.skein.lab.bench.Durations;
import io.skein.lab.experiment.Entry;
import io.skein.lab.experiment.NearestKey;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Reconnects;
import io.skein.lab.workload.Rhythm;
import io.skein.lab.workload.Subscribing;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.QoS;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Devices that do the same.
 *
 * @param name of the class
 * @param devices how many there are at scale 1, above 0; may be a fraction
 * @param every between two messages of one device (of one peer, where peers broadcast), on average
 * @param rhythm how the messages of all devices follow each other
 * @param payload how large messages are
 * @param qos of the messages
 * @param subscriberQos of the subscriptions
 * @param direction who sends
 * @param peers how many are on the other side: who reads what devices send, or broadcasts to them;
 *     does not scale
 * @param shared whether readers share one subscription rather than each have a wildcard
 * @param retained whether the broker is to keep the last message of each device
 * @param persistent whether sessions of those who subscribe outlive their connections
 * @param reconnects how the devices come and go; null if they stay
 */
public record DeviceClass(
        String name,
        double devices,
        Duration every,
        Rhythm rhythm,
        PayloadSizes payload,
        QoS qos,
        QoS subscriberQos,
        Direction direction,
        int peers,
        boolean shared,
        boolean retained,
        boolean persistent,
        @Nullable Reconnects reconnects) {
    private static final List<String> KEYS =
            List.of(
                    "devices",
                    "every",
                    "arrivals",
                    "payload",
                    "qos",
                    "subscriber_qos",
                    "direction",
                    "peers",
                    "shared",
                    "retained",
                    "persistent",
                    "awake",
                    "asleep");

    /** Checks the bounds. */
    public DeviceClass {
        if (!(devices > 0)) {
            throw new IllegalArgumentException("class '" + name + "' needs devices");
        }
        if (every.isZero() || every.isNegative()) {
            throw new IllegalArgumentException(
                    "class '" + name + "' needs a time above 0 between messages");
        }
        if (rhythm instanceof Rhythm.Ramp) {
            throw new IllegalArgumentException("class '" + name + "' cannot have a ramp");
        }
        if (direction == Direction.BROADCAST && peers < 1) {
            throw new IllegalArgumentException("class '" + name + "' needs a peer that sends");
        }
    }

    /** Who sends to whom. */
    public enum Direction {
        /** Each device to a topic of its own, to which all peers listen. */
        UP,
        /** Each peer to its share of the devices: one message for all of them. */
        BROADCAST,
        /** To each device messages of its own, from a sender of its own. */
        COMMAND;

        static Direction parse(String text) {
            return switch (text) {
                case "up" -> UP;
                case "broadcast" -> BROADCAST;
                case "command" -> COMMAND;
                default ->
                        throw new IllegalArgumentException(
                                "'" + text + "' is none of up, broadcast and command");
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the keys of a class; what is left out is a sensor: QoS 0, 64 bytes, Poisson. */
    static DeviceClass of(String name, Map<String, Entry> keys, NearestKey nearest) {
        for (Entry entry : keys.values()) {
            if (!KEYS.contains(entry.key())) {
                throw nearest.unknown(entry, KEYS);
            }
        }
        Direction direction = read(keys.get("direction"), Direction.UP, Direction::parse);
        QoS qos = read(keys.get("qos"), QoS.AT_MOST_ONCE, DeviceClass::quality);
        return new DeviceClass(
                name,
                read(keys.get("devices"), 0.0, Double::parseDouble),
                read(keys.get("every"), Duration.ZERO, Durations::parse),
                read(keys.get("arrivals"), new Rhythm.Poisson(), Rhythm::parse),
                read(keys.get("payload"), new PayloadSizes.Fixed(64), PayloadSizes::parse),
                qos,
                read(keys.get("subscriber_qos"), qos, DeviceClass::quality),
                direction,
                read(keys.get("peers"), 1, Integer::parseInt),
                read(keys.get("shared"), false, DeviceClass::truth),
                read(keys.get("retained"), false, DeviceClass::truth),
                read(keys.get("persistent"), false, DeviceClass::truth),
                reconnects(keys, direction));
    }

    private static @Nullable Reconnects reconnects(Map<String, Entry> keys, Direction direction) {
        Entry awake = keys.get("awake");
        Entry asleep = keys.get("asleep");
        if (awake == null) {
            if (asleep != null) {
                throw new IllegalArgumentException(
                        asleep.where() + ": who is asleep at times must be 'awake' at others");
            }
            return null;
        }
        long awakeNanos = read(awake, Duration.ZERO, Durations::parse).toNanos();
        long asleepNanos = read(asleep, Duration.ZERO, Durations::parse).toNanos();
        boolean sends = direction == Direction.UP;
        return new Reconnects(awakeNanos, asleepNanos, sends, !sends);
    }

    private static <T> T read(@Nullable Entry entry, T absent, Function<String, T> reader) {
        if (entry == null) {
            return absent;
        }
        try {
            return reader.apply(entry.value());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s: %s: %s"
                            .formatted(
                                    entry.where(),
                                    entry.key(),
                                    e instanceof NumberFormatException
                                            ? "'" + entry.value() + "' is not a number"
                                            : e.getMessage()),
                    e);
        }
    }

    private static QoS quality(String text) {
        return QoS.of(Integer.parseInt(text));
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    /** How many devices there are at this scale, at least one. */
    public int devicesAt(double scale) {
        return (int) Math.max(1, Math.min(Math.round(devices * scale), Integer.MAX_VALUE));
    }

    /** Who publishes what to whom at this scale. */
    public Workload workload(double scale) {
        int count = devicesAt(scale);
        int senders = direction == Direction.BROADCAST ? Math.min(peers, count) : count;
        return new Workload(
                senders,
                direction == Direction.UP ? peers : count,
                direction == Direction.UP ? 1 : senders,
                qos,
                subscriberQos,
                payload,
                direction != Direction.UP
                        ? Subscribing.EACH
                        : shared ? Subscribing.SHARED : Subscribing.WILDCARD,
                retained,
                persistent);
    }

    /** When messages are due at this scale. */
    public Arrivals.Paced arrivals(double scale) {
        return new Arrivals.Paced(workload(scale).publishers() * 1e9 / every.toNanos(), rhythm);
    }
}
