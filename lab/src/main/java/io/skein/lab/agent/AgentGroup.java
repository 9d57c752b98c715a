package io.skein.lab.agent;

import io.skein.lab.StopSignal;
import io.skein.lab.load.LoadFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All agents of a load, as their controller hears them. If one is lost, whoever waits for any of
 * them is told. Used by one thread.
 */
final class AgentGroup implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final StopSignal stop;
    private final LinkedBlockingQueue<RemoteAgent.Event> events = new LinkedBlockingQueue<>();
    private final List<RemoteAgent> agents = new ArrayList<>();
    private boolean stopTold;

    /** What an agent may say that nobody waits for. */
    @FunctionalInterface
    interface Aside {
        /** Hears it; false if it is nothing to be said at this time. */
        boolean hear(RemoteAgent agent, Message message) throws LoadFailedException;
    }

    /** What was waited for, and when its last byte had come. */
    record Answer<M extends Message>(int agent, M message, long atNanos) {}

    private AgentGroup(StopSignal stop) {
        this.stop = stop;
    }

    /**
     * Connects and greets all of them.
     *
     * @param stop told to them once when it is raised
     * @throws LoadFailedException if one is not reached, does not serve, or is not to be trusted
     */
    static AgentGroup greet(AgentOptions options, NanoClock clock, StopSignal stop)
            throws LoadFailedException {
        AgentGroup group = new AgentGroup(stop);
        try {
            Protection protection = Protection.of(options.keys(), false);
            for (AgentAddress address : options.addresses()) {
                requireProtection(options.keys(), address);
                group.agents.add(
                        RemoteAgent.connect(
                                group.agents.size(),
                                address,
                                new RemoteAgent.Controller(options.controller(), protection, clock),
                                group.events::add));
            }
            return group;
        } catch (LoadFailedException e) {
            group.close();
            throw e;
        } catch (IOException e) {
            group.close();
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireProtection(AgentKeys keys, AgentAddress address)
            throws LoadFailedException {
        if (keys.isEmpty() && !keys.unprotected() && !address.isLoopback()) {
            throw new LoadFailedException(
                    "agent %s: what it is told, passwords included, would be there for anybody to read and change: name an --agent-secret or certificates, or say --agent-unprotected"
                            .formatted(address),
                    null);
        }
    }

    List<RemoteAgent> agents() {
        return agents;
    }

    int size() {
        return agents.size();
    }

    void sayAll(Message message) throws LoadFailedException {
        for (RemoteAgent agent : agents) {
            agent.say(message);
        }
    }

    /** One message of this type of each agent, in their order. */
    <M extends Message> List<M> awaitAll(Class<M> type, Aside aside) throws LoadFailedException {
        Map<Integer, M> answers = new TreeMap<>();
        while (answers.size() < agents.size()) {
            Answer<M> answer = next(type, aside);
            if (answer != null && answers.put(answer.agent(), answer.message()) != null) {
                throw new LoadFailedException(
                        "agent %s says the same twice"
                                .formatted(agents.get(answer.agent()).address()),
                        null);
            }
        }
        return List.copyOf(answers.values());
    }

    /** The next message if it is of this type; null if it was of another, or none came. */
    <M extends Message> @Nullable Answer<M> next(Class<M> type, Aside aside)
            throws LoadFailedException {
        tellStop();
        RemoteAgent.Event event = poll();
        return event == null ? null : heard(event, type, aside);
    }

    /** Hears what was said up to now. */
    void hear(Aside aside) throws LoadFailedException {
        tellStop();
        for (RemoteAgent.Event event = events.poll(); event != null; event = events.poll()) {
            heard(event, Message.Hello.class, aside);
        }
    }

    private <M extends Message> @Nullable Answer<M> heard(
            RemoteAgent.Event event, Class<M> type, Aside aside) throws LoadFailedException {
        RemoteAgent agent = event.agent();
        Frames.Received received = event.received();
        if (received == null) {
            throw new AgentLostException(
                    "agent %s is lost: %s".formatted(agent.address(), event.end()), null);
        }
        Message message = received.message();
        if (type.isInstance(message)) {
            return new Answer<>(agent.number(), type.cast(message), received.atNanos());
        }
        if (message instanceof Message.Failed(String reason)) {
            throw new LoadFailedException("agent %s: %s".formatted(agent.address(), reason), null);
        }
        if (!aside.hear(agent, message)) {
            throw new LoadFailedException(
                    "agent %s says %s out of turn"
                            .formatted(agent.address(), message.getClass().getSimpleName()),
                    null);
        }
        return null;
    }

    /** Whoever asks for the end gets what there is: the agents end and report. */
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
