package io.skein.lab.agent;

import io.skein.lab.StopSignal;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.IdleCounts;
import io.skein.lab.load.IdleGenerator;
import io.skein.lab.load.IdleOptions;
import io.skein.lab.load.IdleResult;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.measure.LatencyRecorder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Connections made by agents, as their controller sees them: every so manieth by each, together at
 * the rate of all. If one of them is lost, there is no result.
 */
public final class IdleAgents implements IdleGenerator {
    private final AgentGroup group;
    private final IdleOptions options;
    private final TlsFiles tls;
    private final IdleCounts[] counts;
    private final Set<Integer> ready = new HashSet<>();

    private IdleAgents(AgentGroup group, IdleOptions options, TlsFiles tls) {
        this.group = group;
        this.options = options;
        this.tls = tls;
        this.counts = new IdleCounts[group.size()];
        Arrays.fill(counts, IdleCounts.NONE);
    }

    /**
     * Greets all agents.
     *
     * @param load the whole of it; its files for TLS are those of the agents' machines
     * @param stop told to them when it is raised
     * @throws LoadFailedException if an agent is not reached or refuses
     */
    public static IdleAgents greet(
            AgentOptions options, IdleOptions load, TlsFiles tls, StopSignal stop)
            throws LoadFailedException {
        return new IdleAgents(AgentGroup.greet(options, NanoClock.SYSTEM, stop), load, tls);
    }

    @Override
    public void connectAll(StopSignal stop, Consumer<IdleCounts> progress)
            throws LoadFailedException {
        for (RemoteAgent agent : group.agents()) {
            agent.say(new Message.Idle(IdleOrder.of(options, tls, group.size(), agent.number())));
        }
        while (ready.size() < group.size()) {
            group.next(Message.Idled.class, this::count);
            progress.accept(counts());
        }
    }

    private boolean count(RemoteAgent agent, Message message) {
        if (!(message instanceof Message.Standing standing)) {
            return false;
        }
        counts[agent.number()] = standing.counts();
        if (standing.all()) {
            ready.add(agent.number());
        }
        return true;
    }

    @Override
    public IdleCounts counts() throws LoadFailedException {
        group.hear(this::count);
        IdleCounts sum = IdleCounts.NONE;
        for (IdleCounts each : counts) {
            sum = sum.plus(each);
        }
        return sum;
    }

    @Override
    public IdleResult result() throws LoadFailedException {
        group.sayAll(new Message.CountAlive());
        List<Message.Idled> reports = group.awaitAll(Message.Idled.class, this::count);
        IdleCounts sum = IdleCounts.NONE;
        Map<String, Integer> refusals = new TreeMap<>();
        Histogram latencyNanos = LatencyRecorder.emptyHistogram();
        int alive = 0;
        for (Message.Idled report : reports) {
            IdleResult part = result(report.report());
            sum = sum.plus(part.counts());
            part.refusals().forEach((why, times) -> refusals.merge(why, times, Integer::sum));
            latencyNanos.add(part.latencyNanos());
            alive += part.alive();
        }
        return new IdleResult(sum, Map.copyOf(refusals), latencyNanos, alive);
    }

    private static IdleResult result(IdleReport report) throws LoadFailedException {
        try {
            return report.result();
        } catch (IllegalArgumentException e) {
            throw new LoadFailedException("an agent: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        group.close();
    }
}
