package io.skein.lab.edge;

import io.netty.channel.EventLoop;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.MqttClient;
import io.skein.lab.link.EmulatedLink;
import io.skein.lab.link.LinkProfile;
import io.skein.lab.link.LinkTraffic;
import io.skein.lab.link.Links;
import io.skein.lab.watch.ResourceWatch;
import io.skein.lab.watch.Sources;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Does one scenario: builds the way, connects everybody, sends, and stops at the markers. What
 * takes processors is on threads of its own: devices, consumer, forwarder, each link.
 */
final class ScenarioRun implements AutoCloseable {
    private static final int DEVICES = 0;
    private static final int CONSUMER = 1;
    private static final int FORWARDER = 2;
    private static final int LOOPS = 3;
    private static final long CONNECT_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final EdgeOptions options;
    private final Scenario scenario;
    private final @Nullable Side edge;
    private final @Nullable Side cloud;
    private final StopSignal stop;
    private final DevicePlan plan;
    private final short tag;
    private final String run;
    private final ClientLoops loops = ClientLoops.open(LOOPS);
    private final Links links;
    private final List<EmulatedLink> opened = new ArrayList<>();

    /**
     * A scenario that has not begun.
     *
     * @param edge as the route needs it
     * @param cloud likewise
     * @param links by which it is emulated
     * @param number of this scenario in this process: tells its messages from those of others
     */
    ScenarioRun(
            EdgeOptions options,
            Scenario scenario,
            @Nullable Side edge,
            @Nullable Side cloud,
            Links links,
            int number,
            StopSignal stop) {
        this.options = options;
        this.scenario = scenario;
        this.edge = edge;
        this.cloud = cloud;
        this.links = links;
        this.stop = stop;
        this.plan = options.plan();
        this.tag = (short) number;
        this.run = "%08x".formatted((int) (System.nanoTime() >>> 10) + number);
    }

    private static Side needed(@Nullable Side side) {
        if (side == null) {
            throw new IllegalStateException("the route needs a broker that is not there");
        }
        return side;
    }

    /**
     * Measures.
     *
     * @throws IOException if nothing could be measured; the message says why
     */
    Outcome measure() throws IOException {
        Instant startedAt = Instant.now();
        Route route = scenario.route();
        Side first = needed(route.usesEdge() ? edge : cloud);
        Side last = needed(route.usesCloud() ? cloud : edge);
        EmulatedLink plant = route.usesEdge() ? link(options.plantLink(), needed(edge)) : null;
        EmulatedLink wide = route.usesCloud() ? link(scenario.link(), needed(cloud)) : null;

        StreamMonitor monitor = monitor();
        Consumer consumer = new Consumer(monitor);
        String consumed = topics(route == Route.VIA_EDGE ? "cloud" : "devices");
        subscribe(CONSUMER, last, consumer, consumed);

        StreamMonitor atTheEdge = monitor();
        Forwarder forwarder = null;
        if (route == Route.VIA_EDGE && wide != null) {
            forwarder = new Forwarder(atTheEdge, topics("devices"), topics("cloud"));
            forwarder.toCloud(
                    join(
                            loops.connect(
                                    FORWARDER,
                                    last.through(wide.address()),
                                    last.options("forwarder", run),
                                    forwarder.cloudListener()),
                            ANSWER_NANOS));
            subscribe(FORWARDER, first, forwarder, topics("devices"));
        }

        DeviceFleet fleet = fleet();
        EmulatedLink entrance = plant == null ? wide : plant;
        if (entrance == null) {
            throw new IllegalStateException("a route without a link");
        }
        BrokerAddress near = first.through(entrance.address());
        join(fleet.connect(loops, DEVICES, near, first, run), CONNECT_NANOS);

        Meters before = meters(plant, wide);
        try (ResourceWatch edgeWatch = watch(route.usesEdge() ? needed(edge) : null);
                ResourceWatch cloudWatch = watch(route.usesCloud() ? needed(cloud) : null)) {
            long startNanos = System.nanoTime() + LEAD_NANOS;
            monitor.start(startNanos);
            atTheEdge.start(startNanos);
            CompletableFuture<Boolean> sent = fleet.start(startNanos);
            awaitEnd(monitor, startNanos);
            // The far side stops here, at the last marker: what follows belongs to nobody.
            edgeWatch.end();
            cloudWatch.end();
            Meters after = meters(plant, wide);
            // Answers to the devices may still be on their way back over the link.
            stop.awaitOr(sent, options.drainQuiet().toNanos());
            FleetAccount account = join(fleet.account(), ANSWER_NANOS);
            return new Outcome(
                    options,
                    scenario,
                    plan,
                    startedAt,
                    startNanos,
                    account,
                    monitor,
                    atTheEdge,
                    forwarder,
                    roundTripMicros(plant, wide),
                    consumer.loss(),
                    stop.isRaised(),
                    before,
                    after,
                    edgeWatch.moments(),
                    cloudWatch.moments());
        }
    }

    /** Of all links of the way together, as it was measured. */
    private static double roundTripMicros(
            @Nullable EmulatedLink plant, @Nullable EmulatedLink wide) {
        return (plant == null ? 0 : plant.roundTripMicros())
                + (wide == null ? 0 : wide.roundTripMicros());
    }

    private String topics(String part) {
        return "skein-lab/%s/%s/".formatted(run, part);
    }

    private StreamMonitor monitor() {
        return new StreamMonitor(plan, tag, options.warmup().toNanos());
    }

    private DeviceFleet fleet() {
        List<TopicName> names =
                IntStream.range(0, options.topics())
                        .mapToObj(i -> TopicName.of(topics("devices") + i))
                        .toList();
        return new DeviceFleet(
                loops.executors().get(DEVICES),
                plan,
                options.qos(),
                names,
                tag,
                options.duration().toNanos());
    }

    private EmulatedLink link(LinkProfile profile, Side to) throws IOException {
        EmulatedLink link =
                links.open(
                        new InetSocketAddress(LOOPBACK, 0),
                        to.socket(),
                        profile,
                        options.seed() + scenario.id().hashCode());
        opened.add(link);
        return link;
    }

    private void subscribe(int loop, Side side, ClientListener listener, String prefix)
            throws IOException {
        MqttClient client =
                join(
                        loops.connect(
                                loop, side.address(), side.options("consumer", run), listener),
                        ANSWER_NANOS);
        QoS qos = options.qos();
        ReasonCode reason =
                join(client.subscribe(TopicFilter.of(prefix + "+"), qos), ANSWER_NANOS)
                        .reasons()
                        .getFirst();
        if (reason != ReasonCode.granted(qos)) {
            throw new IOException(
                    "%s answered the subscription at QoS %d with %s"
                            .formatted(side.address(), qos.value(), reason));
        }
    }

    private ResourceWatch watch(@Nullable Side side) {
        Duration interval = options.duration().dividedBy(4);
        Duration second = Duration.ofSeconds(1);
        Supplier<Set<Long>> pids = side == null ? Set::of : side.target()::pids;
        return ResourceWatch.start(
                pids, Sources.none(), interval.compareTo(second) < 0 ? interval : second);
    }

    /** Until the markers are there; or nothing comes any more, or takes too long. */
    private void awaitEnd(StreamMonitor monitor, long startNanos) {
        long endNanos = startNanos + options.duration().toNanos();
        long limitNanos = endNanos + options.drainLimit().toNanos();
        long quietSince = 0;
        long arrivals = -1;
        while (!stop.awaitOr(monitor.ended(), POLL_NANOS) && !stop.isRaised()) {
            long now = System.nanoTime();
            if (monitor.arrivals() != arrivals || now < endNanos) {
                arrivals = monitor.arrivals();
                quietSince = now;
            }
            if (now - quietSince > options.drainQuiet().toNanos() || now > limitNanos) {
                return;
            }
        }
    }

    /** What has been counted on both sides of the measurement. */
    private Meters meters(@Nullable EmulatedLink plant, @Nullable EmulatedLink wide)
            throws IOException {
        return new Meters(
                traffic(plant),
                traffic(wide),
                (plant == null ? 0 : plant.cpuNanos()) + (wide == null ? 0 : wide.cpuNanos()),
                cpuNanos(DEVICES),
                cpuNanos(CONSUMER),
                cpuNanos(FORWARDER));
    }

    private static @Nullable LinkTraffic traffic(@Nullable EmulatedLink link) throws IOException {
        try {
            return link == null ? null : link.traffic();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private long cpuNanos(int index) throws IOException {
        EventLoop loop = loops.executors().get(index);
        return join(CompletableFuture.supplyAsync(Meters::cpuOfThisThread, loop), ANSWER_NANOS);
    }

    private <T> T join(CompletableFuture<T> future, long nanos) throws IOException {
        if (!stop.awaitOr(future, nanos)) {
            throw new IOException(
                    stop.isRaised() ? "interrupted" : "no answer within the time it may take");
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(
                    String.valueOf(cause == null ? e.getMessage() : cause.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        loops.close();
        opened.forEach(EmulatedLink::close);
    }
}
