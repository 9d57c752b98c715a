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
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A load made by agents, as their controller sees it. Each has a share of the clients; they begin
 * at the same instant, and tell each other through the controller what they sent, so that each can
 * account for what came to it. If one of them is lost, there is no result: what it sent and
 * received is not known. Used by one thread.
 */
public final class Agents implements Generator {
    /** From the order to begin to the first message: enough to reach the farthest agent. */
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long POLL_MILLIS = 20;
    private static final int QUESTIONS_LIMIT = 200;
    private static final long QUESTIONS_NANOS_LIMIT = TimeUnit.SECONDS.toNanos(2);
    private static final RoundProgress.Listener UNHEARD = (_, _) -> {};

    private final NanoClock clock = NanoClock.SYSTEM;
    private final Spread spread;
    private final StopSignal stop;
    private final LinkedBlockingQueue<RemoteAgent.Event> events = new LinkedBlockingQueue<>();
    private final List<RemoteAgent> agents = new ArrayList<>();
    private final int[] connecting;
    private MergedSeconds seconds = new MergedSeconds(1, UNHEARD);
    private List<AgentResult> results = List.of();
    private boolean stopTold;

    private Agents(Spread spread, int count, StopSignal stop) {
        this.spread = spread;
        this.stop = stop;
        this.connecting = new int[count];
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
        int count = options.addresses().size();
        Agents agents = new Agents(options.spread(load.workload()), count, stop);
        try {
            agents.greet(options.addresses(), Secret.in(options.secretFile()));
            for (RemoteAgent agent : agents.agents) {
                Share share = new Share(agents.spread, count, agent.number());
                agent.say(new Message.Connect(LoadOrder.of(load, tls, share)));
            }
            agents.awaitAll(Message.Connected.class, progress);
            return agents;
        } catch (LoadFailedException e) {
            agents.close();
            throw e;
        } catch (IOException e) {
            agents.close();
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private void greet(List<AgentAddress> addresses, Secret secret) throws LoadFailedException {
        for (AgentAddress address : addresses) {
            agents.add(RemoteAgent.connect(agents.size(), address, secret, clock, events::add));
        }
    }

    @Override
    public RoundResult run(
            RoundPlan plan, StopSignal ending, RoundProgress.Listener listener, RoundProbe probe)
            throws LoadFailedException {
        seconds = new MergedSeconds(agents.size(), listener);
        sayAll(new Message.Round(RoundOrder.of(plan)));
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
            Answer<Message.Time> answer = null;
            while (answer == null) {
                answer = next(Message.Time.class, null);
            }
            comparison.add(
                    askedNanos,
                    answer.message().arrivedNanos(),
                    answer.message().leftNanos(),
                    answer.atNanos());
        }
        return comparison.reading();
    }

    private void sayAll(Message message) throws LoadFailedException {
        for (RemoteAgent agent : agents) {
            agent.say(message);
        }
    }

    private <M extends Message> List<M> awaitAll(Class<M> type) throws LoadFailedException {
        return awaitAll(type, null);
    }

    /** One message of this type of each agent, in their order. */
    private <M extends Message> List<M> awaitAll(Class<M> type, @Nullable IntConsumer progress)
            throws LoadFailedException {
        Map<Integer, M> answers = new TreeMap<>();
        while (answers.size() < agents.size()) {
            Answer<M> answer = next(type, progress);
            if (answer != null && answers.put(answer.agent(), answer.message()) != null) {
                throw new LoadFailedException(
                        "agent %s says the same twice"
                                .formatted(agents.get(answer.agent()).address()),
                        null);
            }
        }
        return List.copyOf(answers.values());
    }

    private record Answer<M extends Message>(int agent, M message, long atNanos) {}

    /** The next message if it is of this type; null if it was of another, or none came. */
    private <M extends Message> @Nullable Answer<M> next(
            Class<M> type, @Nullable IntConsumer progress) throws LoadFailedException {
        tellStop();
        RemoteAgent.Event event = poll();
        if (event == null) {
            return null;
        }
        RemoteAgent agent = event.agent();
        Frames.Received received = event.received();
        if (received == null) {
            throw new LoadFailedException(
                    "agent %s is lost: %s".formatted(agent.address(), event.end()), null);
        }
        Message message = received.message();
        if (type.isInstance(message)) {
            return new Answer<>(agent.number(), type.cast(message), received.atNanos());
        }
        switch (message) {
            case Message.Second second -> addSecond(agent, second);
            case Message.Connecting(int clients) -> {
                connecting[agent.number()] = clients;
                if (progress != null) {
                    progress.accept(Arrays.stream(connecting).sum());
                }
            }
            case Message.Failed(String reason) ->
                    throw new LoadFailedException(
                            "agent %s: %s".formatted(agent.address(), reason), null);
            default ->
                    throw new LoadFailedException(
                            "agent %s says %s out of turn"
                                    .formatted(agent.address(), message.getClass().getSimpleName()),
                            null);
        }
        return null;
    }

    private void addSecond(RemoteAgent agent, Message.Second second) throws LoadFailedException {
        try {
            seconds.add(agent.number(), second);
        } catch (IllegalArgumentException e) {
            throw new LoadFailedException(
                    "agent %s: %s".formatted(agent.address(), e.getMessage()), e);
        }
    }

    /** Whoever asks for the end gets what there is: the agents end their round and report. */
    private void tellStop() throws LoadFailedException {
        if (stop.isRaised() && !stopTold) {
            stopTold = true;
            sayAll(new Message.Stop());
        }
    }

    private RemoteAgent.@Nullable Event poll() {
        try {
            return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stop.raise(); // as everywhere here; what there is is still waited for
            return null;
        }
    }

    /** The agents disconnect their clients and wait for the next controller. */
    @Override
    public void close() {
        agents.forEach(RemoteAgent::close);
    }
}
