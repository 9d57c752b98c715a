package io.skein.lab.agent;

import io.skein.lab.StopSignal;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.Generator;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.load.RoundProbe;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * A load made by agents, as their controller sees it. Each has a share of the clients; they begin
 * at the same instant, and tell each other through the controller what they sent, so that each can
 * account for what came to it. If one of them is lost, there is no result: what it sent and
 * received is not known. Used by one thread.
 */
public final class Agents implements Generator {
    /** From the order to begin to the first message: enough to reach the farthest agent. */
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final int QUESTIONS_LIMIT = 200;
    private static final long QUESTIONS_NANOS_LIMIT = TimeUnit.SECONDS.toNanos(2);
    private static final RoundProgress.Listener UNHEARD = (_, _) -> {};

    private final NanoClock clock;
    private final Spread spread;
    private final AgentGroup group;
    private final List<RemoteAgent> agents;
    private MergedSeconds seconds = new MergedSeconds(1, UNHEARD);
    private List<AgentResult> results = List.of();

    private Agents(Spread spread, AgentGroup group, NanoClock clock) {
        this.spread = spread;
        this.group = group;
        this.agents = group.agents();
        this.clock = clock;
    }

    /**
     * Greets all agents and lets them connect their clients.
     *
     * @param load the whole of it; its files for TLS are those of the agents' machines
     * @param progress hears how many clients have begun to connect
     * @throws LoadFailedException if an agent is not reached or refuses, a client cannot be
     *     connected, or the signal was raised
     */
    public static Agents connect(
            AgentOptions options,
            FleetOptions load,
            TlsFiles tls,
            StopSignal stop,
            IntConsumer progress)
            throws LoadFailedException {
        NanoClock clock = NanoClock.SYSTEM;
        AgentGroup group = AgentGroup.greet(options, clock, stop);
        try {
            Agents agents = new Agents(options.spread(load.workload()), group, clock);
            for (RemoteAgent agent : group.agents()) {
                Share share = new Share(agents.spread, group.size(), agent.number());
                agent.say(new Message.Connect(LoadOrder.of(load, tls, share)));
            }
            int[] connecting = new int[group.size()];
            group.awaitAll(
                    Message.Connected.class,
                    (agent, message) -> {
                        if (message instanceof Message.Connecting(int clients)) {
                            connecting[agent.number()] = clients;
                            progress.accept(Arrays.stream(connecting).sum());
                            return true;
                        }
                        return false;
                    });
            return agents;
        } catch (LoadFailedException e) {
            group.close();
            throw e;
        }
    }

    @Override
    public RoundResult run(
            RoundPlan plan, StopSignal ending, RoundProgress.Listener listener, RoundProbe probe)
            throws LoadFailedException {
        seconds = new MergedSeconds(agents.size(), listener);
        group.sayAll(new Message.Round(RoundOrder.of(plan)));
        awaitAll(Message.Subscribed.class);
        List<ClockReading> before = compareClocks();
        long beganNanos = clock.nanos();
        probe.begin();
        long startNanos = clock.nanos() + LEAD_NANOS;
        for (RemoteAgent agent : agents) {
            long offsetNanos = before.get(agent.number()).offsetNanos();
            agent.say(new Message.Begin(startNanos + offsetNanos));
        }
        Map<Integer, Long> sent = new TreeMap<>();
        List<Message.Sent> eachSent = awaitAll(Message.Sent.class);
        eachSent.forEach(each -> sent.putAll(each.messages()));
        for (RemoteAgent agent : agents) {
            agent.say(new Message.Sent(without(sent, eachSent.get(agent.number()).messages())));
        }
        Map<Integer, String> acknowledged = new TreeMap<>();
        List<Message.Drained> eachDrained = awaitAll(Message.Drained.class);
        probe.end();
        eachDrained.forEach(each -> acknowledged.putAll(each.acknowledged()));
        for (RemoteAgent agent : agents) {
            agent.say(
                    new Message.Drained(
                            without(acknowledged, eachDrained.get(agent.number()).acknowledged())));
        }
        List<Message.Result> reports = awaitAll(Message.Result.class);
        long apartNanos = clock.nanos() - beganNanos;
        results = results(plan, reports, before, compareClocks(), apartNanos);
        return MergedRound.of(
                plan, results.stream().map(AgentResult::round).toList(), seconds.end());
    }

    private static <V> Map<Integer, V> without(Map<Integer, V> all, Map<Integer, V> own) {
        Map<Integer, V> others = new HashMap<>(all);
        others.keySet().removeAll(own.keySet());
        return others;
    }

    private List<AgentResult> results(
            RoundPlan plan,
            List<Message.Result> reports,
            List<ClockReading> before,
            List<ClockReading> after,
            long apartNanos)
            throws LoadFailedException {
        List<AgentResult> each = new ArrayList<>();
        for (RemoteAgent agent : agents) {
            int i = agent.number();
            RoundReport report = reports.get(i).round();
            try {
                each.add(
                        new AgentResult(
                                agent.address(),
                                agent.environment(),
                                report.result(plan),
                                ClockFigures.of(before.get(i), after.get(i), apartNanos),
                                report.lostConnections()));
            } catch (IllegalArgumentException e) {
                throw new LoadFailedException(
                        "agent %s: %s".formatted(agent.address(), e.getMessage()), e);
            }
        }
        return each;
    }

    /** What the last round came to, agent by agent. */
    public AgentsReport report() {
        return new AgentsReport(spread, results);
    }

    @Override
    public Collection<Fleet.LostConnection> losses() {
        return results.stream().flatMap(agent -> agent.losses().stream()).toList();
    }

    private List<ClockReading> compareClocks() throws LoadFailedException {
        List<ClockReading> readings = new ArrayList<>();
        for (RemoteAgent agent : agents) {
            readings.add(compareClock(agent));
        }
        return readings;
    }

    private ClockReading compareClock(RemoteAgent agent) throws LoadFailedException {
        ClockComparison comparison = new ClockComparison();
        long endNanos = clock.nanos() + QUESTIONS_NANOS_LIMIT;
        int questions = 0;
        while (questions < 2 || (questions < QUESTIONS_LIMIT && clock.nanos() < endNanos)) {
            questions++;
            long askedNanos = clock.nanos();
            agent.say(new Message.AskTime());
            AgentGroup.Answer<Message.Time> answer = null;
            while (answer == null) {
                answer = group.next(Message.Time.class, this::addSecond);
            }
            comparison.add(
                    askedNanos,
                    answer.message().arrivedNanos(),
                    answer.message().leftNanos(),
                    answer.atNanos());
        }
        return comparison.reading();
    }

    private <M extends Message> List<M> awaitAll(Class<M> type) throws LoadFailedException {
        return group.awaitAll(type, this::addSecond);
    }

    private boolean addSecond(RemoteAgent agent, Message message) throws LoadFailedException {
        if (!(message instanceof Message.Second second)) {
            return false;
        }
        try {
            seconds.add(agent.number(), second);
            return true;
        } catch (IllegalArgumentException e) {
            throw new LoadFailedException(
                    "agent %s: %s".formatted(agent.address(), e.getMessage()), e);
        }
    }

    /** The agents disconnect their clients and wait for the next controller. */
    @Override
    public void close() {
        group.close();
    }
}
