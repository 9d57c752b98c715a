package io.skein.lab.bench;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.target.Target;
import io.skein.lab.target.Targets;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a bench is to do. Made with {@link #builder()}, which checks everything before anything is
 * connected.
 *
 * @param duration how long messages are due, 1 ms to 24 h
 * @param warmup the same before the measurement, on topics of its own and left out of every figure;
 *     0 to 1 h
 * @param drainQuiet how long nothing may arrive before what is missing counts as lost
 * @param drainLimit how long the drain may take in all
 * @param latenessLimit an open-loop run is invalid if the 99th percentile of the generator's own
 *     lateness is above this
 * @param tls files for targets that are encrypted
 * @param json where to write the result, or null
 * @param out folder for everything that was measured and its report, or null
 * @param launch what {@link Targets} starts for the bench; null to use {@code targets}
 * @param seed of what is random
 * @param commandLine as the user wrote it, for the record
 */
public record BenchOptions(
        List<BrokerAddress> targets,
        Workload workload,
        Arrivals arrivals,
        Duration duration,
        Duration warmup,
        Duration drainQuiet,
        Duration drainLimit,
        Duration latenessLimit,
        ProtocolVersion protocol,
        @Nullable String username,
        @Nullable String password,
        TlsFiles tls,
        int threads,
        long seed,
        @Nullable Path json,
        @Nullable Path out,
        @Nullable String launch,
        String commandLine) {

    /** Checks what the parts do not check themselves. */
    public BenchOptions {
        targets = List.copyOf(targets);
        if (targets.isEmpty() && launch == null) {
            throw new IllegalArgumentException(
                    "no target; name one with --target mqtt://HOST:PORT");
        }
        within("duration", duration, Duration.ofMillis(1), Duration.ofHours(24));
        within("warmup", warmup, Duration.ZERO, Duration.ofHours(1));
        within("drain quiet time", drainQuiet, Duration.ofMillis(10), Duration.ofHours(1));
        within("drain limit", drainLimit, Duration.ofMillis(10), Duration.ofHours(1));
        within("lateness limit", latenessLimit, Duration.ofNanos(1000), Duration.ofHours(1));
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads must be 1 to 256, not " + threads);
        }
    }

    private static void within(String name, Duration value, Duration minimum, Duration maximum) {
        if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
            throw new IllegalArgumentException(
                    "%s of %s is not within %s to %s"
                            .formatted(
                                    name,
                                    Durations.format(value),
                                    Durations.format(minimum),
                                    Durations.format(maximum)));
        }
    }

    /** The same against a target that is there. */
    BenchOptions at(Target target) {
        return new BenchOptions(
                target.addresses(),
                workload,
                arrivals,
                duration,
                warmup,
                drainQuiet,
                drainLimit,
                latenessLimit,
                protocol,
                username == null ? target.username() : username,
                username == null ? target.password() : password,
                tls,
                threads,
                seed,
                json,
                out,
                null,
                commandLine);
    }

    /** One publisher and one subscriber, QoS 0, 64 bytes, as fast as the target takes it, 10 s. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; not thread-safe. Each setter takes what the option of that name takes. */
    public static final class Builder {
        private static final Pattern PASSWORD_OPTION = Pattern.compile("(--password[= ])\\S+");
        private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^:/@\\s]*:)[^@\\s]*@");

        private final List<BrokerAddress> targets = new ArrayList<>();
        private int publishers = 1;
        private int subscribers = 1;
        private int topics = 1;
        private int qos;
        private int payloadBytes = 64;
        private boolean shared;
        private boolean persistent;
        private double rate;
        private int window = 64;
        private Duration duration = Duration.ofSeconds(10);
        private Duration warmup = Duration.ofSeconds(1);
        private Duration drainQuiet = Duration.ofSeconds(5);
        private Duration drainLimit = Duration.ofSeconds(60);
        private Duration latenessLimit = Duration.ofMillis(1);
        private ProtocolVersion protocol = ProtocolVersion.MQTT_3_1_1;
        private @Nullable String username;
        private @Nullable String password;
        private TlsFiles tls = TlsFiles.NONE;
        private int threads = 1;
        private long seed = 1;
        private @Nullable Path json;
        private @Nullable Path out;
        private @Nullable String launch;
        private String commandLine = "";

        private Builder() {}

        /**
         * Adds targets: one URL or several with commas, credentials in the first that has some
         * count; or what {@link Targets} starts.
         */
        public Builder target(String text) {
            if (Targets.shipped().starts(text)) {
                launch = text;
                return this;
            }
            for (String url : text.split(",")) {
                BrokerUrl parsed = BrokerUrl.parse(url);
                if (parsed.topic() != null) {
                    throw new IllegalArgumentException(
                            "target '" + url + "' names a topic; a bench has topics of its own");
                }
                targets.add(parsed.address());
                if (username == null) {
                    username = parsed.username();
                    password = parsed.password();
                }
            }
            return this;
        }

        /** Adds one target. */
        public Builder target(BrokerAddress address) {
            targets.add(address);
            return this;
        }

        /** How many clients publish. */
        public Builder publishers(int publishers) {
            this.publishers = publishers;
            return this;
        }

        /** How many clients subscribe. */
        public Builder subscribers(int subscribers) {
            this.subscribers = subscribers;
            return this;
        }

        /** How many topics they share. */
        public Builder topics(int topics) {
            this.topics = topics;
            return this;
        }

        /** Quality of service, 0 to 2. */
        public Builder qos(int qos) {
            this.qos = qos;
            return this;
        }

        /** Bytes of each payload. */
        public Builder payloadBytes(int bytes) {
            this.payloadBytes = bytes;
            return this;
        }

        /** Whether the subscribers of a topic share one subscription. */
        public Builder shared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /** Whether the subscribers' sessions are to outlive their connections. */
        public Builder persistent(boolean persistent) {
            this.persistent = persistent;
            return this;
        }

        /**
         * Messages per second of all publishers together; 0 for as fast as the target takes them.
         */
        public Builder rate(double messagesPerSecond) {
            this.rate = messagesPerSecond;
            return this;
        }

        /** Messages per publisher sent but not received, where there is no rate. */
        public Builder window(int messages) {
            this.window = messages;
            return this;
        }

        /** How long messages are due. */
        public Builder duration(Duration duration) {
            this.duration = duration;
            return this;
        }

        /** How long to warm up. */
        public Builder warmup(Duration warmup) {
            this.warmup = warmup;
            return this;
        }

        /** How long nothing may arrive before what is missing counts as lost. */
        public Builder drainQuiet(Duration quiet) {
            this.drainQuiet = quiet;
            return this;
        }

        /** How long the drain may take in all. */
        public Builder drainLimit(Duration limit) {
            this.drainLimit = limit;
            return this;
        }

        /** How late the generator may be (99th percentile) for an open-loop run to be valid. */
        public Builder latenessLimit(Duration limit) {
            this.latenessLimit = limit;
            return this;
        }

        /** The protocol version: 3.1, 3.1.1 or 5. */
        public Builder protocol(String version) {
            this.protocol =
                    switch (version.strip().toLowerCase(Locale.ROOT)) {
                        case "3.1", "mqttv31" -> ProtocolVersion.MQTT_3_1;
                        case "3.1.1", "mqttv311" -> ProtocolVersion.MQTT_3_1_1;
                        case "5", "5.0", "mqttv5" -> ProtocolVersion.MQTT_5;
                        default ->
                                throw new IllegalArgumentException(
                                        "protocol '" + version + "' is none of 3.1, 3.1.1 and 5");
                    };
            return this;
        }

        /** The protocol version. */
        public Builder protocol(ProtocolVersion version) {
            this.protocol = version;
            return this;
        }

        /** User name and password of every client. */
        public Builder credentials(@Nullable String username, @Nullable String password) {
            this.username = username;
            this.password = password;
            return this;
        }

        /** Files for targets that are encrypted. */
        public Builder tls(TlsFiles tls) {
            this.tls = tls;
            return this;
        }

        /** Event loops of the generator. */
        public Builder threads(int threads) {
            this.threads = threads;
            return this;
        }

        /** Seed of what is random. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Where to write the result as JSON. */
        public Builder json(@Nullable Path file) {
            this.json = file;
            return this;
        }

        /** Folder for everything that was measured and its report. */
        public Builder out(@Nullable Path folder) {
            this.out = folder;
            return this;
        }

        /** What the user typed; passwords in it are not kept. */
        public Builder commandLine(String commandLine) {
            String hidden = PASSWORD_OPTION.matcher(commandLine).replaceAll("$1***");
            this.commandLine = PASSWORD_IN_URL.matcher(hidden).replaceAll("$1***@");
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one of them is out of bounds; the message says which
         */
        public BenchOptions build() {
            if (rate < 0) {
                throw new IllegalArgumentException("rate must not be negative, but is " + rate);
            }
            if (tls.isGiven() && targets.stream().noneMatch(BrokerAddress::tls)) {
                throw new IllegalArgumentException(
                        "--cafile, --cert and --insecure are for targets with mqtts:// or wss://");
            }
            return new BenchOptions(
                    targets,
                    new Workload(
                            publishers,
                            subscribers,
                            topics,
                            QoS.of(qos),
                            payloadBytes,
                            shared,
                            persistent),
                    rate > 0 ? new Arrivals.Paced(rate) : new Arrivals.Saturating(window),
                    duration,
                    warmup,
                    drainQuiet,
                    drainLimit,
                    latenessLimit,
                    protocol,
                    username,
                    password,
                    tls,
                    threads,
                    seed,
                    json,
                    out,
                    launch,
                    commandLine);
        }
    }
}
