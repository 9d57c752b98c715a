package io.skein.lab.load;

import io.skein.lab.StopSignal;
import io.skein.lab.client.Reasons;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.measure.LoopCounter;
import io.skein.lab.measure.SequenceLedger;
import io.skein.lab.workload.Reconnects;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Runs one round on a connected fleet: subscribe, send, drain, account, unsubscribe. Its topics are
 * its own, so nothing of another round can reach it. Used by one thread.
 */
public final class LoadRound {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long publishers that fell behind may catch up after the last message was due. */
    private static final long CATCH_UP_NANOS = SECOND;

    private static final long ANSWER_NANOS = 30 * SECOND;
    private static final long BARRIER_NANOS = 2 * SECOND;
    private static final byte[] NOTHING = {};

    private final Fleet fleet;
    private final RoundPlan plan;
    private final StopSignal stop;
    private final RoundProgress.Listener listener;
    private final RoundProbe probe;
    private final RoundPeers peers;
    private final RoundMembers members;
    private final List<RoundProgress> seconds = new ArrayList<>();
    private final Histogram latency = LatencyRecorder.emptyHistogram();
    private RoundResult.Outcome outcome = RoundResult.Outcome.COMPLETE;
    private final @Nullable Naps naps;
    private long startNanos;
    private long lastSecondNanos;
    private long lastSent;
    private long lastReceived;

    private LoadRound(
            Fleet fleet,
            RoundPlan plan,
            StopSignal stop,
            RoundProgress.Listener listener,
            RoundProbe probe,
            RoundPeers peers) {
        this.fleet = fleet;
        this.plan = plan;
        this.stop = stop;
        this.listener = listener;
        this.probe = probe;
        this.peers = peers;
        this.members = new RoundMembers(fleet, plan);
        Reconnects reconnects = plan.reconnects();
        this.naps = reconnects == null ? null : new Naps(fleet, members, reconnects, plan.seed());
    }

    /**
     * Runs a round to its end, or to the stop signal, or until the target is gone; what was
     * measured comes back in each case.
     *
     * @throws LoadFailedException if a subscription was refused, or the others are lost
     */
    public static RoundResult run(
            Fleet fleet,
            RoundPlan plan,
            StopSignal stop,
            RoundProgress.Listener listener,
            RoundProbe probe,
            RoundPeers peers)
            throws LoadFailedException {
        return new LoadRound(fleet, plan, stop, listener, probe, peers).run();
    }

    private RoundResult run() throws LoadFailedException {
        members.attach();
        subscribe();
        probe.begin();
        startNanos = peers.awaitStart(System.nanoTime() + LEAD_NANOS);
        lastSecondNanos = startNanos;
        long endNanos = startNanos + plan.durationNanos();
        members.onEachLoop(loop -> {
            members.meters().get(loop).startNanos = startNanos;
            members.pumps().get(loop).start(startNanos, endNanos);
        });
        stop.await(Math.max(0, startNanos - LEAD_NANOS - System.nanoTime()));
        GeneratorWatch watch = new GeneratorWatch(fleet, members);
        if (naps != null) {
            naps.start();
        }
        awaitSent(endNanos);
        awaitAllBack();
        members.onEachLoop(loop -> members.pumps().get(loop).stop());
        long sendingNanos = sendingNanos();
        long sent = sum(meter -> meter.sent);
        long received = sum(meter -> meter.received);
        watch.stop();
        learnSent();
        drain();
        barrier();
        probe.end();
        long totalNanos = System.nanoTime() - startNanos;
        members.detach();
        second(System.nanoTime(), true);
        learnAcknowledged();
        RoundAudit audit = new RoundAudit(members, fleet.options().workload().shared());
        Counts counts = audit.counts();
        unsubscribe();
        forgetRetained();
        return new RoundResult(
                plan,
                outcome,
                counts,
                sendingNanos,
                totalNanos,
                sent,
                received,
                LatencySummary.of(latency),
                latency,
                watch.figures(),
                naps == null ? null : naps.figures(),
                List.copyOf(seconds),
                audit.unclean(),
                audit.uncleanPairs());
    }

    private void subscribe() throws LoadFailedException {
        QoS qos = fleet.options().workload().subscriberQos();
        List<CompletableFuture<SubAck>> answers = new ArrayList<>();
        for (SubscriberRound subscriber : members.subscribers()) {
            TopicFilter filter = members.filterOf(subscriber.index());
            answers.add(fleet.subscriber(subscriber.index()).client().subscribe(filter, qos));
        }
        boolean all = stop.awaitOr(allOf(answers), ANSWER_NANOS);
        if (stop.isRaised()) {
            throw new LoadFailedException("interrupted while subscribing", null);
        }
        for (int i = 0; i < answers.size(); i++) {
            Member member = fleet.subscriber(members.subscribers().get(i).index());
            if (!all && !answers.get(i).isDone()) {
                throw new LoadFailedException(
                        "%s did not answer SUBSCRIBE of %s within %d s"
                                .formatted(
                                        member.target(),
                                        member.clientId(),
                                        TimeUnit.NANOSECONDS.toSeconds(ANSWER_NANOS)),
                        null);
            }
            requireGranted(answers.get(i), qos, member);
        }
    }

    private static void requireGranted(CompletableFuture<SubAck> answer, QoS qos, Member member)
            throws LoadFailedException {
        if (answer.isCompletedExceptionally()) {
            Throwable cause = answer.exceptionNow();
            throw new LoadFailedException(
                    "%s did not take the subscription of %s: %s"
                            .formatted(member.target(), member.clientId(), cause.getMessage()),
                    cause);
        }
        ReasonCode reason = answer.resultNow().reasons().getFirst();
        if (reason != ReasonCode.granted(qos)) {
            throw new LoadFailedException(
                    "%s answered the subscription of %s at QoS %d with '%s'"
                            .formatted(
                                    member.target(),
                                    member.clientId(),
                                    qos.value(),
                                    Reasons.inWords(reason)),
                    null);
        }
    }

    private static CompletableFuture<?> allOf(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
    }

    private void awaitSent(long endNanos) {
        while (!members.pumps().stream().allMatch(Pump::finished)
                || isNapTime(endNanos)
                || (peers.areThere() && System.nanoTime() < endNanos)) {
            long now = System.nanoTime();
            if (stop.isRaised()) {
                outcome = RoundResult.Outcome.STOPPED;
                return;
            }
            if (!fleet.isUseful()) {
                outcome = RoundResult.Outcome.TARGET_LOST;
                return;
            }
            if (now > endNanos + CATCH_UP_NANOS) {
                return;
            }
            if (naps != null && now > endNanos) {
                naps.stop();
            }
            everySecond(now, false);
            stop.await(POLL_NANOS);
        }
    }

    /** Clients come and go to the end, even if nothing more is due. */
    private boolean isNapTime(long endNanos) {
        return naps != null && System.nanoTime() < endNanos;
    }

    /** Whoever is away comes back, or what the broker keeps for it could not be counted. */
    private void awaitAllBack() {
        if (naps == null) {
            return;
        }
        naps.stop();
        long deadline = System.nanoTime() + ANSWER_NANOS;
        while (!naps.allBack() && System.nanoTime() < deadline && !stop.isRaised()) {
            everySecond(System.nanoTime(), true);
            stop.await(POLL_NANOS);
        }
    }

    private void learnSent() throws LoadFailedException {
        Map<Integer, Long> own =
                members.publishers().stream()
                        .collect(Collectors.toMap(PublisherRound::index, PublisherRound::sent));
        Map<Integer, Long> others = peers.exchangeSent(own);
        for (RemotePublisher publisher : members.remotePublishers()) {
            publisher.sent(others.getOrDefault(publisher.index(), 0L));
        }
    }

    private void learnAcknowledged() throws LoadFailedException {
        boolean any = fleet.options().workload().qos() != QoS.AT_MOST_ONCE;
        Map<Integer, SequenceLedger> own = new HashMap<>();
        if (any) {
            members.publishers().forEach(each -> own.put(each.index(), each.acknowledged()));
        }
        Map<Integer, SequenceLedger> others = peers.exchangeAcknowledged(own);
        for (RemotePublisher publisher : members.remotePublishers()) {
            SequenceLedger acknowledged = others.get(publisher.index());
            if (acknowledged != null) {
                publisher.acknowledged(acknowledged);
            }
        }
    }

    /** The planned duration, longer if publishers had to catch up, shorter if it ended early. */
    private long sendingNanos() {
        long elapsed = Math.max(1, System.nanoTime() - startNanos);
        return outcome == RoundResult.Outcome.COMPLETE
                ? Math.max(elapsed, plan.durationNanos())
                : elapsed;
    }

    /** Waits until all has arrived that is due, or nothing comes any more. */
    private void drain() {
        long began = System.nanoTime();
        long progressedAt = began;
        long progress = -1;
        long due = RoundAudit.expected(members);
        boolean stopped = stop.isRaised();
        long quiet = stopped ? Math.min(SECOND, plan.drainQuietNanos()) : plan.drainQuietNanos();
        while (true) {
            long arrived = sum(meter -> meter.distinct);
            if (arrived >= due && unsettled() == 0) {
                return;
            }
            long now = System.nanoTime();
            long sum = arrived + sum(meter -> meter.acknowledged);
            if (sum != progress) {
                progress = sum;
                progressedAt = now;
            }
            boolean lost = !fleet.isUseful();
            if (lost && outcome == RoundResult.Outcome.COMPLETE) {
                outcome = RoundResult.Outcome.TARGET_LOST;
            }
            if (lost
                    || now - progressedAt > quiet
                    || now - began > plan.drainLimitNanos()
                    || (stop.isRaised() && !stopped)) {
                return;
            }
            everySecond(now, true);
            stop.await(POLL_NANOS);
            pauseIfRaised();
        }
    }

    /** A raised signal no longer makes anyone wait, and a drain after it must not spin. */
    private void pauseIfRaised() {
        if (stop.isRaised()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private long unsettled() {
        if (fleet.options().workload().qos() == QoS.AT_MOST_ONCE) {
            return 0;
        }
        return sum(meter -> meter.sent)
                - sum(meter -> meter.acknowledged)
                - sum(meter -> meter.refused)
                - sum(meter -> meter.unsettled);
    }

    /**
     * Everything due may have come, and a repetition be under way behind it: the answer to a
     * PINGREQ comes after what the target had put on the connection before.
     */
    private void barrier() {
        List<CompletableFuture<Boolean>> answers =
                fleet.subscribers().stream()
                        .filter(Member::isAlive)
                        .map(member -> member.client().ping())
                        .toList();
        waitFor(answers, BARRIER_NANOS);
    }

    /** Waits for answers, however they end; a raised signal does not cut this short. */
    private static void waitFor(List<? extends CompletableFuture<?>> answers, long nanos) {
        new StopSignal().awaitOr(allOf(answers), nanos);
    }

    private void unsubscribe() {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (SubscriberRound subscriber : members.subscribers()) {
            Member member = fleet.subscriber(subscriber.index());
            if (member.isAlive() && !stop.isRaised()) {
                TopicFilter filter = members.filterOf(subscriber.index());
                answers.add(member.client().unsubscribe(List.of(filter), Properties.EMPTY));
            }
        }
        // Whatever becomes of it, the next round has topics of its own.
        stop.awaitOr(allOf(answers), ANSWER_NANOS);
    }

    /** The broker is not left with what it kept: an empty payload ends a retained message. */
    private void forgetRetained() {
        if (!fleet.options().workload().retained()) {
            return;
        }
        Set<TopicName> topics = new LinkedHashSet<>();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (PublisherRound publisher : members.publishers()) {
            Member member = fleet.publisher(publisher.index());
            if (member.isAlive() && topics.add(publisher.topic())) {
                answers.add(
                        member.client()
                                .publish(
                                        new Publish(
                                                publisher.topic(),
                                                NOTHING,
                                                QoS.AT_LEAST_ONCE,
                                                true,
                                                false,
                                                0,
                                                Properties.EMPTY)));
            }
        }
        waitFor(answers, ANSWER_NANOS);
    }

    private void everySecond(long now, boolean draining) {
        if (now - lastSecondNanos >= SECOND) {
            second(now, draining);
        }
    }

    private void second(long now, boolean draining) {
        Histogram interval = LatencyRecorder.emptyHistogram();
        members.meters().forEach(meter -> meter.latency.addIntervalTo(interval));
        latency.add(interval);
        long sent = sum(meter -> meter.sent);
        long received = sum(meter -> meter.received);
        double length = Math.max(1, now - lastSecondNanos) / (double) SECOND;
        RoundProgress progress =
                new RoundProgress(
                        now - startNanos,
                        draining,
                        sent,
                        received,
                        (sent - lastSent) / length,
                        (received - lastReceived) / length,
                        LatencySummary.of(interval));
        seconds.add(progress);
        lastSecondNanos = now;
        lastSent = sent;
        lastReceived = received;
        listener.onSecond(progress, interval);
    }

    private long sum(Function<LoopMeter, LoopCounter> counter) {
        long sum = 0;
        for (LoopMeter meter : members.meters()) {
            sum += counter.apply(meter).get();
        }
        return sum;
    }
}
