package io.skein.lab.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.skein.lab.client.MqttClient;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.workload.Reconnects;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients of a round disconnect and come back. A client leaves when the broker has read and
 * acknowledged all that it sent, so that nothing is lost by its leaving.
 */
final class Naps {
    /** How long a client waits for what is not acknowledged before it leaves anyway. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long CHECK_MILLIS = 2;
    private static final long RETRY_MILLIS = 500;

    private final Fleet fleet;
    private final Reconnects reconnects;
    private final List<Napper> nappers = new ArrayList<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong sessionsLost = new AtomicLong();
    private final Histogram connecting = LatencyRecorder.emptyHistogram();
    private volatile boolean ending;

    Naps(Fleet fleet, RoundMembers members, Reconnects reconnects, long seed) {
        this.fleet = fleet;
        this.reconnects = reconnects;
        SplittableRandom random = new SplittableRandom(seed);
        if (reconnects.publishers()) {
            for (PublisherRound publisher : members.publishers()) {
                Member member = fleet.publisher(publisher.index());
                nappers.add(new Napper(member, publisher, null, random.split()));
            }
        }
        if (reconnects.subscribers()) {
            for (SubscriberRound subscriber : members.subscribers()) {
                Member member = fleet.subscriber(subscriber.index());
                TopicFilter filter = members.filterOf(subscriber.index());
                nappers.add(new Napper(member, null, filter, random.split()));
            }
        }
    }

    /** Begins; the first of them leave at once, the last after the time they stay. */
    void start() {
        for (Napper napper : nappers) {
            long first = (long) (napper.random.nextDouble() * reconnects.awakeNanos());
            napper.executor.schedule(napper::leave, first, TimeUnit.NANOSECONDS);
        }
    }

    /** Nobody leaves any more, and who is away comes back. */
    void stop() {
        if (!ending) {
            ending = true;
            nappers.forEach(napper -> napper.executor.execute(napper::comeBackNow));
        }
    }

    /** Whether nobody is away. */
    boolean allBack() {
        return nappers.stream().noneMatch(napper -> napper.member.isNapping());
    }

    ReconnectFigures figures() {
        synchronized (connecting) {
            return new ReconnectFigures(
                    count.get(), failed.get(), sessionsLost.get(), connecting.copy());
        }
    }

    /** One client that comes and goes; on its event loop. */
    private final class Napper {
        private final Member member;
        private final @Nullable PublisherRound publisher;
        private final @Nullable TopicFilter filter;
        private final SplittableRandom random;
        private final EventLoop executor;
        private @Nullable Future<?> alarm;

        Napper(
                Member member,
                @Nullable PublisherRound publisher,
                @Nullable TopicFilter filter,
                SplittableRandom random) {
            this.member = member;
            this.publisher = publisher;
            this.filter = filter;
            this.random = random;
            this.executor = fleet.executors().get(member.loop());
        }

        void leave() {
            if (ending || !member.isAlive()) {
                return;
            }
            member.napping(true);
            member.client()
                    .ping()
                    .whenComplete((_, thrown) -> {
                        if (thrown == null) {
                            leaveWhenSettled(System.nanoTime());
                        } else {
                            member.napping(false); // the connection is lost, which is counted
                        }
                    });
        }

        private void leaveWhenSettled(long since) {
            PublisherRound round = publisher;
            if (round != null
                    && !round.isSettled()
                    && member.client().isOpen()
                    && System.nanoTime() - since < PATIENCE_NANOS) {
                executor.schedule(
                        () -> leaveWhenSettled(since), CHECK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
            member.client()
                    .disconnect()
                    .whenComplete((loss, _) -> {
                        if (loss.wanted()) {
                            comeBackAfter(ending ? 0 : reconnects.asleepNanos());
                        } else {
                            member.napping(false);
                        }
                    });
        }

        private void comeBackAfter(long nanos) {
            alarm = executor.schedule(this::comeBack, nanos, TimeUnit.NANOSECONDS);
        }

        void comeBackNow() {
            Future<?> waiting = alarm;
            if (waiting != null && waiting.cancel(false)) {
                comeBack();
            }
        }

        private void comeBack() {
            alarm = null;
            long began = System.nanoTime();
            fleet.reconnect(member)
                    .whenComplete((client, thrown) -> {
                        if (thrown == null) {
                            back(client, System.nanoTime() - began);
                        } else {
                            failed.incrementAndGet();
                            executor.schedule(this::comeBack, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                        }
                    });
        }

        private void back(MqttClient client, long nanos) {
            count.incrementAndGet();
            synchronized (connecting) {
                connecting.recordValue(Math.min(nanos, LatencyRecorder.NANOS_MAXIMUM));
            }
            TopicFilter subscribed = filter;
            if (subscribed != null && !client.connAck().sessionPresent()) {
                sessionsLost.incrementAndGet();
                client.subscribe(subscribed, fleet.options().workload().subscriberQos());
            }
            member.napping(false);
            PublisherRound round = publisher;
            if (round != null) {
                round.pump().writable(round);
            }
            if (!ending) {
                long stay = (long) ((0.5 + random.nextDouble()) * reconnects.awakeNanos());
                executor.schedule(this::leave, stay, TimeUnit.NANOSECONDS);
            }
        }
    }
}
