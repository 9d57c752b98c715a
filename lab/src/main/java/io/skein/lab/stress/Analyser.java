package io.skein.lab.stress;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.MqttClient;
import io.skein.lab.load.KernelThread;
import io.skein.lab.measure.ThreadClock;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.ResourceWatch;
import io.skein.lab.watch.Sources;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The role of the analyser: commands the publishers, counts what arrives, waits for what is under
 * way, and makes the figures. In every run it subscribes on a fresh connection before it asks for
 * anything, and takes only what belongs to the run. Used by one thread, which it blocks.
 */
final class Analyser implements AutoCloseable {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long DONE_GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Longer than brokers wait between two rounds of {@code $SYS}. */
    private static final Duration SYS_PATIENCE = Duration.ofSeconds(12);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final StressOptions options;
    private final BrokerAddress address;
    private final StressConnection connection;
    private final ClientLoops loops = ClientLoops.open(1);
    private final Supplier<Set<Long>> pids;
    private final Sources sources;
    private final StopSignal stop;
    private final AtomicLong nextRun =
            new AtomicLong(System.currentTimeMillis() % 1_000_000_000 * 1_000);
    private @Nullable MqttClient control;
    private Responses responses = new Responses("", 0);

    Analyser(
            StressOptions options,
            BrokerAddress address,
            StressConnection connection,
            Supplier<Set<Long>> pids,
            Sources sources,
            StopSignal stop) {
        this.options = options;
        this.address = address;
        this.connection = connection;
        this.pids = pids;
        this.sources = sources;
        this.stop = stop;
    }

    /** Who has answered in a run; filled on the event loop. */
    private static final class Responses {
        private final String run;
        private final List<CompletableFuture<Boolean>> ready = new ArrayList<>();
        private final List<CompletableFuture<Protocol.Account>> done = new ArrayList<>();

        Responses(String run, int instances) {
            this.run = run;
            for (int i = 0; i < instances; i++) {
                ready.add(new CompletableFuture<>());
                done.add(new CompletableFuture<>());
            }
        }

        void note(String topic, byte[] payload) {
            if (topic.startsWith(Protocol.READY)) {
                int index = Integer.parseInt(topic.substring(Protocol.READY.length())) - 1;
                if (index >= 0
                        && index < ready.size()
                        && run.equals(new String(payload, StandardCharsets.UTF_8))) {
                    ready.get(index).complete(true);
                }
            } else if (topic.startsWith(Protocol.DONE)) {
                Protocol.Account account = Protocol.parse(payload, Protocol.Account.class);
                int index = account.instance() - 1;
                if (index >= 0 && index < done.size() && run.equals(account.run())) {
                    done.get(index).complete(account);
                }
            }
        }

        boolean anyReady() {
            return ready.stream().anyMatch(CompletableFuture::isDone);
        }

        List<Integer> missing(List<? extends CompletableFuture<?>> answers) {
            List<Integer> missing = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (!answers.get(i).isDone()) {
                    missing.add(i + 1);
                }
            }
            return missing;
        }
    }

    /**
     * Does one run.
     *
     * @throws IOException if nothing could be measured; the message says why
     */
    RunResult run(Cell cell) throws IOException {
        Instant startedAt = Instant.now();
        long number = nextRun.incrementAndGet();
        Responses answers = new Responses(Long.toString(number), cell.instances());
        MqttClient commander = commander(answers);
        Protocol.Request request =
                new Protocol.Request(
                        answers.run,
                        cell.publisherQos().value(),
                        cell.delayMillis(),
                        cell.instances(),
                        options.duration().toMillis());
        if (options.foreignPublishers()) {
            return foreign(cell, startedAt, commander);
        }
        Measured measured = new Measured(number, cell.instances());
        MqttClient ear = subscribe(cell, measured);
        try {
            publish(commander, Protocol.RUN, Protocol.bytes(request));
            if (!stop.awaitOr(allOf(answers.ready), READY_NANOS)) {
                throw notReady(answers);
            }
            return measure(cell, startedAt, commander, answers, measured, ear);
        } finally {
            ear.disconnect();
        }
    }

    private IOException notReady(Responses answers) {
        if (stop.isRaised()) {
            return new IOException("interrupted");
        }
        return new IOException(
                answers.anyReady()
                        ? "publishers %s did not get ready"
                                .formatted(answers.missing(answers.ready))
                        : "no publisher of this laboratory answered; start 'skein lab publisher', or say"
                                + " --foreign-publishers if they are somebody else's");
    }

    private RunResult measure(
            Cell cell,
            Instant startedAt,
            MqttClient commander,
            Responses answers,
            Measured measured,
            MqttClient ear)
            throws IOException {
        long durationNanos = options.duration().toNanos();
        Loop loop = Loop.of(ear);
        try (ResourceWatch watch = watch()) {
            publish(commander, Protocol.GO, answers.run.getBytes(StandardCharsets.UTF_8));
            boolean all = stop.awaitOr(allOf(answers.done), durationNanos + DONE_GRACE_NANOS);
            double share = loop.share();
            List<Moment> moments = watch.moments(); // of the sending, not of the drain
            String problem =
                    all
                            ? ""
                            : stop.isRaised()
                                    ? "interrupted"
                                    : "publishers %s did not tell what they sent"
                                            .formatted(answers.missing(answers.done));
            List<Protocol.@Nullable Account> accounts = new ArrayList<>();
            long expected = 0;
            for (CompletableFuture<Protocol.Account> done : answers.done) {
                Protocol.Account account = done.isDone() ? done.join() : null;
                accounts.add(account);
                expected += account == null ? 0 : account.sent();
            }
            drain(measured, ear, all ? expected : Long.MAX_VALUE);
            if (all && measured.distinct() < expected) {
                sources.awaitFresh(SYS_PATIENCE, stop); // does the broker know of the loss?
            }
            watch.end();
            return Tally.measured(
                    new Tally.Parts(
                            cell,
                            startedAt,
                            measured,
                            accounts,
                            all,
                            problem,
                            durationNanos / 1e9,
                            share,
                            moments,
                            watch.readings()));
        }
    }

    /** Publishers that know the three requests only: they begin when they like. */
    private RunResult foreign(Cell cell, Instant startedAt, MqttClient commander)
            throws IOException {
        Measured measured = new Measured(-1, cell.instances());
        MqttClient ear = subscribe(cell, measured);
        try (ResourceWatch watch = watch()) {
            Loop loop = Loop.of(ear);
            publish(commander, Protocol.QOS, number(cell.publisherQos().value()));
            publish(commander, Protocol.DELAY, number(cell.delayMillis()));
            publish(commander, Protocol.INSTANCES, number(cell.instances()));
            long deadline = System.nanoTime() + READY_NANOS;
            while (measured.arrivals() == 0 && System.nanoTime() < deadline) {
                if (stop.await(POLL_NANOS)) {
                    throw new IOException("interrupted");
                }
            }
            if (measured.arrivals() == 0) {
                throw new IOException("nobody answered the request within 5 s");
            }
            stop.await(options.duration().toNanos());
            double share = loop.share();
            List<Moment> moments = watch.moments(); // of the sending, not of the drain
            drain(measured, ear, Long.MAX_VALUE);
            watch.end();
            return Tally.measured(
                    new Tally.Parts(
                            cell,
                            startedAt,
                            measured,
                            List.of(),
                            false,
                            stop.isRaised() ? "interrupted" : "",
                            options.duration().toNanos() / 1e9,
                            share,
                            moments,
                            watch.readings()));
        } finally {
            ear.disconnect();
        }
    }

    private ResourceWatch watch() {
        Duration interval = options.duration().dividedBy(4);
        Duration second = Duration.ofSeconds(1);
        return ResourceWatch.start(
                pids, sources, interval.compareTo(second) < 0 ? interval : second);
    }

    /** CPU of an event loop's thread from now on. */
    private record Loop(long threadId, long cpuNanos, long nanos) {
        static Loop of(MqttClient client) throws IOException {
            long id =
                    join(
                            CompletableFuture.supplyAsync(
                                    () -> {
                                        KernelThread.current().wakeInTime();
                                        return Thread.currentThread().threadId();
                                    },
                                    client.eventLoop()),
                            new StopSignal());
            return new Loop(id, ThreadClock.cpuNanos(id), System.nanoTime());
        }

        double share() {
            return (double) (ThreadClock.cpuNanos(threadId) - cpuNanos)
                    / Math.max(1, System.nanoTime() - nanos);
        }
    }

    /**
     * Waits until all has arrived or nothing comes any more, not even behind what the broker had
     * put on the connection: one that stood still for a while is not taken for one that lost what
     * it had. Closes the connection.
     */
    private void drain(Measured measured, MqttClient ear, long expected) {
        long deadline = System.nanoTime() + options.drainLimit().toNanos();
        long arrivals;
        do {
            awaitQuiet(measured, expected, deadline);
            arrivals = measured.arrivals();
            if (measured.loss() == null) {
                stop.awaitOr(ear.ping(), ANSWER_NANOS);
            }
        } while (measured.arrivals() != arrivals && isUnderWay(measured, expected, deadline));
        ear.disconnect()
                .orTimeout(ANSWER_NANOS, TimeUnit.NANOSECONDS)
                .exceptionally(_ -> null)
                .join();
    }

    private void awaitQuiet(Measured measured, long expected, long deadline) {
        long quietSince = System.nanoTime();
        long arrivals = measured.arrivals();
        while (isUnderWay(measured, expected, deadline)) {
            long now = System.nanoTime();
            if (measured.arrivals() != arrivals) {
                arrivals = measured.arrivals();
                quietSince = now;
            }
            if (now - quietSince > options.drainQuiet().toNanos() || stop.await(POLL_NANOS)) {
                return;
            }
        }
    }

    private boolean isUnderWay(Measured measured, long expected, long deadline) {
        return measured.loss() == null
                && measured.arrivals() < expected
                && System.nanoTime() - deadline < 0
                && !stop.isRaised();
    }

    private MqttClient subscribe(Cell cell, Measured measured) throws IOException {
        MqttClient ear =
                join(loops.connect(address, connection.options("analyser-data"), measured), stop);
        TopicFilter filter =
                TopicFilter.of(
                        "counter/+/%d/%d"
                                .formatted(cell.publisherQos().value(), cell.delayMillis()));
        SubAck answer = join(ear.subscribe(filter, cell.analyserQos()), stop);
        ReasonCode reason = answer.reasons().getFirst();
        if (reason != ReasonCode.granted(cell.analyserQos())) {
            ear.disconnect();
            throw new IOException(
                    "the broker answered the subscription at QoS %d with %s"
                            .formatted(cell.analyserQos().value(), reason));
        }
        return ear;
    }

    private MqttClient commander(Responses answers) throws IOException {
        MqttClient client = control;
        if (client == null || !client.isOpen()) {
            client =
                    join(
                            loops.connect(
                                    address,
                                    connection.options("analyser"),
                                    new ClientListener() {
                                        @Override
                                        public void onPublish(MqttClient from, Publish message) {
                                            responses.note(
                                                    message.topic().toString(), message.payload());
                                        }
                                    }),
                            stop);
            join(client.subscribe(TopicFilter.of(Protocol.RESPONSES), QoS.AT_LEAST_ONCE), stop);
            control = client;
        }
        join(CompletableFuture.runAsync(() -> responses = answers, client.eventLoop()), stop);
        return client;
    }

    private static byte[] number(int value) {
        return Integer.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    private void publish(MqttClient client, String topic, byte[] payload) throws IOException {
        join(
                client.publish(
                        new Publish(
                                TopicName.of(topic),
                                payload,
                                QoS.AT_LEAST_ONCE,
                                false,
                                false,
                                0,
                                Properties.EMPTY)),
                stop);
    }

    private static CompletableFuture<?> allOf(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
    }

    static <T> T join(CompletableFuture<T> future, StopSignal stop) throws IOException {
        if (!stop.awaitOr(future, ANSWER_NANOS)) {
            throw new IOException(
                    stop.isRaised() ? "interrupted" : "the broker did not answer within 10 s");
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        loops.close();
    }
}
