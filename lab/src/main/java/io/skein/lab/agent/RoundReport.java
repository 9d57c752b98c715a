package io.skein.lab.agent;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.load.Counts;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.PairAccount;
import io.skein.lab.load.ReconnectFigures;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencySummary;
import java.util.Collection;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What an agent found in a round, as it is sent; histograms in the text of {@link Histograms},
 * which loses nothing.
 *
 * @param reconnects one if clients came and went, none if they stayed
 */
record RoundReport(
        RoundResult.Outcome outcome,
        Counts counts,
        long sendingNanos,
        long totalNanos,
        long sentWhileSending,
        long receivedWhileSending,
        String latencyNanos,
        GeneratorReport generator,
        List<ReconnectReport> reconnects,
        List<PairAccount> unclean,
        long uncleanPairs,
        List<LossReport> losses) {

    /** {@link GeneratorFigures}. */
    record GeneratorReport(
            int threads,
            String latenessNanos,
            long heldBack,
            long writeOffs,
            double cpuShare,
            double busiestLoopShare,
            double starvedLoopShare,
            long collectionMillis) {}

    /** {@link ReconnectFigures}. */
    record ReconnectReport(long count, long failed, long sessionsLost, String connectingNanos) {}

    /** {@link Fleet.LostConnection}. */
    record LossReport(String clientId, String target, ConnectionLoss.Kind kind, String message) {}

    static RoundReport of(RoundResult result, Collection<Fleet.LostConnection> losses) {
        GeneratorFigures generator = result.generator();
        ReconnectFigures reconnects = result.reconnects();
        return new RoundReport(
                result.outcome(),
                result.counts(),
                result.sendingNanos(),
                result.totalNanos(),
                result.sentWhileSending(),
                result.receivedWhileSending(),
                Histograms.text(result.latencyNanos()),
                new GeneratorReport(
                        generator.threads(),
                        Histograms.text(generator.latenessNanos()),
                        generator.heldBack(),
                        generator.writeOffs(),
                        generator.cpuShare(),
                        generator.busiestLoopShare(),
                        generator.starvedLoopShare(),
                        generator.collectionMillis()),
                reconnects == null
                        ? List.of()
                        : List.of(
                                new ReconnectReport(
                                        reconnects.count(),
                                        reconnects.failed(),
                                        reconnects.sessionsLost(),
                                        Histograms.text(reconnects.connectingNanos()))),
                result.unclean(),
                result.uncleanPairs(),
                losses.stream()
                        .map(lost ->
                                new LossReport(
                                        lost.clientId(),
                                        lost.target().toString(),
                                        lost.loss().kind(),
                                        lost.loss().message()))
                        .toList());
    }

    /**
     * The result again, without its seconds, which were told while they passed.
     *
     * @throws IllegalArgumentException if a histogram is damaged
     */
    RoundResult result(RoundPlan plan) {
        Histogram latency = Histograms.of(latencyNanos);
        return new RoundResult(
                plan,
                outcome,
                counts,
                sendingNanos,
                totalNanos,
                sentWhileSending,
                receivedWhileSending,
                LatencySummary.of(latency),
                latency,
                new GeneratorFigures(
                        generator.threads(),
                        Histograms.of(generator.latenessNanos()),
                        generator.heldBack(),
                        generator.writeOffs(),
                        generator.cpuShare(),
                        generator.busiestLoopShare(),
                        generator.starvedLoopShare(),
                        generator.collectionMillis()),
                reconnects.isEmpty()
                        ? null
                        : new ReconnectFigures(
                                reconnects.getFirst().count(),
                                reconnects.getFirst().failed(),
                                reconnects.getFirst().sessionsLost(),
                                Histograms.of(reconnects.getFirst().connectingNanos())),
                List.of(),
                unclean,
                uncleanPairs);
    }

    /** Connections of the agent that ended without being asked to. */
    List<Fleet.LostConnection> lostConnections() {
        return losses.stream()
                .map(lost ->
                        new Fleet.LostConnection(
                                lost.clientId(),
                                BrokerAddress.parse(lost.target()),
                                new ConnectionLoss(lost.kind(), null, lost.message())))
                .toList();
    }
}
