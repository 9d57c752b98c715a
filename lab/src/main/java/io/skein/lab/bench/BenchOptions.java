package io.skein.lab.bench;

import io.skein.lab.agent.AgentOptions;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.result.Passwords;
import io.skein.lab.target.Target;
import io.skein.lab.target.Targets;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Layout;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Reconnects;
import io.skein.lab.workload.Rhythm;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Spread;
import io.skein.lab.workload.Subscribing;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a bench is to do. Made with {@link #builder()}, which checks everything before anything is
 * connected.
 *
 * @param reconnects how clients come and go while it is measured; null if they stay
 * @param duration how long messages are due, 1 ms to 24 h
 * @param warmup the same before the measurement, on topics of its own and left out of every figure;
 *     0 to 1 h
 * @param drainQuiet how long nothing may arrive before what is missing counts as lost
 * @param drainLimit how long the drain may take in all
 * @param latenessLimit an open-loop run is invalid if the 99th percentile of the generator's own
 *     lateness is above this
 * @param tls files for targets that are encrypted
 * @param agents where the load is made if not here
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
        @Nullable Reconnects reconnects,
        Duration duration,
        Duration warmup,
        Duration drainQuiet,
        Duration drainLimit,
        Duration latenessLimit,
        ProtocolVersion protocol,
        @Nullable String username,
        @Nullable String password,
        TlsFiles tls,
        AgentOptions agents,
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
        if (reconnects != null) {
            requireNothingLostBy(reconnects, workload, arrivals);
        }
        requireShared(agents, workload, arrivals, launch);
        within("duration", duration, Duration.ofMillis(1), Duration.ofHours(24));
        within("warmup", warmup, Duration.ZERO, Duration.ofHours(1));
        within("drain quiet time", drainQuiet, Duration.ofMillis(10), Duration.ofHours(1));
        within("drain limit", drainLimit, Duration.ofMillis(10), Duration.ofHours(1));
        within("lateness limit", latenessLimit, Duration.ofNanos(1000), Duration.ofHours(1));
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads must be 1 to 256, not " + threads);
        }
    }

    private static void requireShared(
            AgentOptions agents, Workload workload, Arrivals arrivals, @Nullable String launch) {
        if (agents.isEmpty()) {
            return;
        }
        Spread spread = agents.spread(workload);
        if (spread.crosses() && arrivals instanceof Arrivals.Saturating) {
            throw new IllegalArgumentException(
                    "without a rate each topic is on one agent, which sees its messages arrive: have"
                            + " at least as many topics as agents and spread topics, or give a rate");
        }
        for (int i = 0; i < agents.addresses().size(); i++) {
            if (!new Share(spread, agents.addresses().size(), i).isOf(workload)) {
                throw new IllegalArgumentException(
                        "agent %s would have no client if these spread by %s"
                                .formatted(agents.addresses().get(i), spread));
            }
        }
        agents.requireReach(launch);
    }

    private static void requireNothingLostBy(
            Reconnects reconnects, Workload workload, Arrivals arrivals) {
        if (arrivals instanceof Arrivals.Saturating) {
            throw new IllegalArgumentException("clients that come and go need a rate");
        }
        boolean kept =
                workload.persistent()
                        && workload.qos() != QoS.AT_MOST_ONCE
                        && workload.subscriberQos() != QoS.AT_MOST_ONCE;
        if (reconnects.subscribers() && !kept) {
            throw new IllegalArgumentException(
                    "subscribers that come and go need persistent sessions and QoS 1 or 2: what else"
                            + " is sent meanwhile is not for the broker to keep");
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
    public BenchOptions at(Target target) {
        Builder there = new Builder(this).at(target.addresses());
        if (username == null) {
            there.credentials(target.username(), target.password());
        }
        return there.build();
    }

    /** The same with another load. */
    public BenchOptions withLoad(
            Workload otherWorkload, Arrivals otherArrivals, @Nullable Reconnects otherReconnects) {
        return new Builder(this)
                .load(otherWorkload, otherArrivals)
                .reconnects(otherReconnects)
                .build();
    }

    /** The same with a load that others make. */
    public BenchOptions withAgents(AgentOptions others) {
        return new Builder(this).agents(others).build();
    }

    /** One publisher and one subscriber, QoS 0, 64 bytes, as fast as the target takes it, 10 s. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; not thread-safe. Each setter takes what the option of that name takes. */
    public static final class Builder {
        private final List<BrokerAddress> targets = new ArrayList<>();
        private int publishers = 1;
        private @Nullable Integer subscribers;
        private @Nullable Integer topics;
        private @Nullable Layout layout;
        private int qos;
        private @Nullable Integer subscriberQos;
        private PayloadSizes payload = new PayloadSizes.Fixed(64);
        private boolean shared;
        private boolean retained;
        private boolean persistent;
        private double rate;
        private Rhythm rhythm = new Rhythm.Even();
        private @Nullable Workload workload;
        private @Nullable Arrivals arrivals;
        private @Nullable Reconnects reconnects;
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
        private AgentOptions agents = AgentOptions.NONE;
        private int threads = 1;
        private long seed = 1;
        private @Nullable Path json;
        private @Nullable Path out;
        private @Nullable String launch;
        private String commandLine = "";

        private Builder() {}

        /** Everything as it is there; what of the load is set one by one counts no more. */
        private Builder(BenchOptions options) {
            targets.addAll(options.targets);
            load(options.workload, options.arrivals);
            reconnects = options.reconnects;
            duration = options.duration;
            warmup = options.warmup;
            drainQuiet = options.drainQuiet;
            drainLimit = options.drainLimit;
            latenessLimit = options.latenessLimit;
            protocol = options.protocol;
            username = options.username;
            password = options.password;
            tls = options.tls;
            agents = options.agents;
            threads = options.threads;
            seed = options.seed;
            json = options.json;
            out = options.out;
            launch = options.launch;
            commandLine = options.commandLine;
        }

        private Builder load(Workload workload, Arrivals arrivals) {
            this.workload = workload;
            this.arrivals = arrivals;
            return this;
        }

        /** These targets and no others, which are there. */
        private Builder at(List<BrokerAddress> addresses) {
            targets.clear();
            targets.addAll(addresses);
            launch = null;
            return this;
        }

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

        /** Who publishes what to whom, where numbers do not say. */
        public Builder layout(@Nullable Layout layout) {
            this.layout = layout;
            return this;
        }

        /** Quality of service, 0 to 2, of the messages and, without another, the subscriptions. */
        public Builder qos(int qos) {
            this.qos = qos;
            return this;
        }

        /** Quality of service of the subscriptions, 0 to 2. */
        public Builder subscriberQos(int qos) {
            this.subscriberQos = qos;
            return this;
        }

        /** Bytes of each payload. */
        public Builder payloadBytes(int bytes) {
            return payload(new PayloadSizes.Fixed(bytes));
        }

        /** How large payloads are. */
        public Builder payload(PayloadSizes sizes) {
            this.payload = sizes;
            return this;
        }

        /**
         * Whether the broker is to keep each topic's last message; it is rid of them at the end.
         */
        public Builder retained(boolean retained) {
            this.retained = retained;
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

        /** How the messages of a rate follow each other. */
        public Builder rhythm(Rhythm rhythm) {
            this.rhythm = rhythm;
            return this;
        }

        /** How clients come and go while it is measured. */
        public Builder reconnects(@Nullable Reconnects reconnects) {
            this.reconnects = reconnects;
            return this;
        }

        /**
         * The same as people write it: {@code publishers:10s}, {@code subscribers:10s:2s}, {@code
         * both:1m:5s}: who, how long they stay, and how long they are away (0 if not given).
         */
        public Builder reconnects(String text) {
            String[] parts = text.strip().split(":", 3);
            boolean both = parts[0].equals("both");
            boolean publishersDo = both || parts[0].equals("publishers");
            boolean subscribersDo = both || parts[0].equals("subscribers");
            if (parts.length < 2 || !(publishersDo || subscribersDo)) {
                throw new IllegalArgumentException(
                        "'%s' does not say who comes and goes; write for example publishers:10s or subscribers:10s:2s"
                                .formatted(text));
            }
            return reconnects(
                    new Reconnects(
                            Durations.parse(parts[1]).toNanos(),
                            parts.length < 3 ? 0 : Durations.parse(parts[2]).toNanos(),
                            publishersDo,
                            subscribersDo));
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

        /** Where the load is made if not here. */
        public Builder agents(AgentOptions agents) {
            this.agents = agents;
            return this;
        }

        /** Event loops of the generator, and of each agent. */
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
            this.commandLine = Passwords.hidden(commandLine);
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
            if (rate == 0 && !(rhythm instanceof Rhythm.Even)) {
                throw new IllegalArgumentException(
                        "arrivals '" + rhythm + "' are of an open loop: they need a rate");
            }
            return new BenchOptions(
                    targets,
                    workload(),
                    arrivals(),
                    reconnects,
                    duration,
                    warmup,
                    drainQuiet,
                    drainLimit,
                    latenessLimit,
                    protocol,
                    username,
                    password,
                    tls,
                    agents,
                    threads,
                    seed,
                    json,
                    out,
                    launch,
                    commandLine);
        }

        private Arrivals arrivals() {
            if (arrivals != null) {
                return arrivals;
            }
            return rate > 0 ? new Arrivals.Paced(rate, rhythm) : new Arrivals.Saturating(window);
        }

        private Workload workload() {
            if (workload != null) {
                return workload;
            }
            Layout chosen = layout == null ? Layout.FREE : layout;
            int readers = subscribers == null ? chosen.subscribers(publishers) : subscribers;
            Subscribing subscribing = chosen.subscribing();
            if (shared) {
                if (subscribing == Subscribing.WILDCARD) {
                    throw new IllegalArgumentException(
                            "subscribers share a topic or have a wildcard, not both");
                }
                subscribing = Subscribing.SHARED;
            }
            return new Workload(
                    publishers,
                    readers,
                    topics == null ? chosen.topics(publishers, readers) : topics,
                    QoS.of(qos),
                    QoS.of(subscriberQos == null ? qos : subscriberQos),
                    payload,
                    subscribing,
                    retained,
                    persistent);
        }
    }
}
