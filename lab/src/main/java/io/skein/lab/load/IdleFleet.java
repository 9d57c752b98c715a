package io.skein.lab.load;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.measure.LatencyRecorder;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Clients of this process that connect and then do nothing. */
public final class IdleFleet implements IdleGenerator {
    private static final int PENDING_LIMIT = 500;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long ANSWER_SECONDS = 10;
    private static final int REASONS_LIMIT = 100;

    private final IdleOptions options;
    private final ClientLoops loops;
    private final ConcurrentLinkedQueue<MqttClient> clients = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> refusals = new ConcurrentSkipListMap<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Histogram latency = LatencyRecorder.emptyHistogram();
    private final Semaphore slots = new Semaphore(PENDING_LIMIT);
    private int tried;

    /** With event loops of its own, and no connection yet. */
    public IdleFleet(IdleOptions options) {
        this.options = options;
        this.loops = ClientLoops.open(options.threads());
    }

    @Override
    public void connectAll(StopSignal stop, Consumer<IdleCounts> progress) {
        long began = System.nanoTime();
        for (int i = options.generator();
                i < options.count() && !stop.isRaised();
                i += options.generators()) {
            long due = System.nanoTime();
            if (options.perSecond() > 0) {
                due = began + (long) (i * 1e9 / options.perSecond());
                awaitInstant(due, stop, progress);
            }
            while (!slots.tryAcquire() && !stop.await(POLL_NANOS)) {
                progress.accept(counts());
            }
            if (!stop.isRaised()) {
                connect(i, due);
            }
            progress.accept(counts());
        }
        while (slots.availablePermits() < PENDING_LIMIT && !stop.await(POLL_NANOS)) {
            progress.accept(counts());
        }
    }

    private void awaitInstant(long instant, StopSignal stop, Consumer<IdleCounts> progress) {
        while (!stop.isRaised()) {
            long left = instant - System.nanoTime();
            if (left <= 0) {
                return;
            }
            stop.await(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            progress.accept(counts());
        }
    }

    private void connect(int number, long due) {
        List<InetAddress> sources = options.sources();
        BrokerAddress target = options.targets().get(number % options.targets().size());
        ConnectOptions connect =
                ConnectOptions.builder()
                        .version(options.version())
                        .clientId(options.idPrefix() + number)
                        .credentials(options.username(), options.password())
                        .keepAliveSeconds(options.keepAliveSeconds())
                        .source(sources.isEmpty() ? null : sources.get(number % sources.size()))
                        .tls(options.tls())
                        .build();
        tried++;
        loops.connect(target, connect, new LossCounter())
                .whenComplete((client, thrown) -> {
                    if (thrown == null) {
                        clients.add(client);
                        connected.incrementAndGet();
                        synchronized (latency) {
                            latency.recordValue(
                                    Math.clamp(
                                            System.nanoTime() - due,
                                            0L,
                                            LatencyRecorder.NANOS_MAXIMUM));
                        }
                    } else {
                        refused(thrown);
                    }
                    slots.release();
                });
    }

    private final class LossCounter implements ClientListener {
        @Override
        public void onClosed(MqttClient client, ConnectionLoss loss) {
            if (!loss.wanted()) {
                lost.incrementAndGet();
            }
        }
    }

    private void refused(Throwable thrown) {
        refused.incrementAndGet();
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        String reason = String.valueOf(cause.getMessage());
        if (refusals.size() < REASONS_LIMIT || refusals.containsKey(reason)) {
            refusals.merge(reason, 1, Integer::sum);
        }
    }

    /** How many answer a PINGREQ within some seconds. */
    private int countAlive() {
        List<CompletableFuture<Boolean>> answers =
                clients.stream().filter(MqttClient::isOpen).map(MqttClient::ping).toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .handle((_, thrown) -> thrown == null)
                .completeOnTimeout(false, ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
        return (int)
                answers.stream()
                        .filter(answer -> answer.isDone() && !answer.isCompletedExceptionally())
                        .count();
    }

    @Override
    public IdleCounts counts() {
        return new IdleCounts(tried, connected.get(), refused.get(), lost.get());
    }

    @Override
    public IdleResult result() {
        int alive = countAlive();
        synchronized (latency) {
            return new IdleResult(counts(), Map.copyOf(refusals), latency.copy(), alive);
        }
    }

    @Override
    public void close() {
        CompletableFuture.allOf(
                        clients.stream()
                                .map(MqttClient::disconnect)
                                .toArray(CompletableFuture<?>[]::new))
                .handle((_, thrown) -> thrown == null)
                .completeOnTimeout(false, ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
        loops.close();
    }
}
