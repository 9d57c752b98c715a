package io.skein.lab.connections;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchOptions;
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
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Clients that connect and then do nothing. Used by one thread; closing disconnects them. */
final class IdleFleet implements AutoCloseable {
    private static final int PENDING_LIMIT = 500;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long ANSWER_SECONDS = 10;
    private static final int REASONS_LIMIT = 100;

    private final ConnectionsOptions options;
    private final @Nullable SslContext tls;
    private final String idPrefix;
    private final ClientLoops loops;
    private final ConcurrentLinkedQueue<MqttClient> clients = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> refusals = new ConcurrentSkipListMap<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Histogram latency = LatencyRecorder.emptyHistogram();
    private final Semaphore slots = new Semaphore(PENDING_LIMIT);
    private int tried;

    IdleFleet(ConnectionsOptions options, @Nullable SslContext tls, String idPrefix) {
        this.options = options;
        this.tls = tls;
        this.idPrefix = idPrefix;
        this.loops = ClientLoops.open(options.bench().threads());
    }

    /** Connects all, at their rate; returns when each has an answer, or the signal is raised. */
    void connectAll(BenchOptions there, StopSignal stop, Runnable progress) {
        long began = System.nanoTime();
        for (int i = 0; i < options.count() && !stop.isRaised(); i++) {
            long due = System.nanoTime();
            if (options.perSecond() > 0) {
                due = began + (long) (i * 1e9 / options.perSecond());
                awaitInstant(due, stop, progress);
            }
            while (!slots.tryAcquire() && !stop.await(POLL_NANOS)) {
                progress.run();
            }
            if (!stop.isRaised()) {
                connect(there, i, due);
            }
            progress.run();
        }
        while (slots.availablePermits() < PENDING_LIMIT && !stop.await(POLL_NANOS)) {
            progress.run();
        }
    }

    private static void awaitInstant(long instant, StopSignal stop, Runnable progress) {
        while (!stop.isRaised()) {
            long left = instant - System.nanoTime();
            if (left <= 0) {
                return;
            }
            stop.await(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            progress.run();
        }
    }

    private void connect(BenchOptions there, int number, long due) {
        List<InetAddress> sources = options.sources();
        BrokerAddress target = there.targets().get(number % there.targets().size());
        ConnectOptions connect =
                ConnectOptions.builder()
                        .version(there.protocol())
                        .clientId(idPrefix + number)
                        .credentials(there.username(), there.password())
                        .keepAliveSeconds(options.keepAliveSeconds())
                        .source(sources.isEmpty() ? null : sources.get(number % sources.size()))
                        .tls(tls)
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
    int countAlive() {
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

    int tried() {
        return tried;
    }

    int connected() {
        return connected.get();
    }

    int lost() {
        return lost.get();
    }

    Map<String, Integer> refusals() {
        return Map.copyOf(refusals);
    }

    /** A copy. */
    Histogram latencyNanos() {
        synchronized (latency) {
            return latency.copy();
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
