package io.skein.lab.chaos;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client is and does.
 *
 * @param process its number, from 0
 * @param clientId may be shared by two clients that have no sessions and throw each other out
 * @param persistent whether the broker keeps its session between connections
 * @param node where it connects first, counted from 0
 * @param always filters it is subscribed to from its first connection on
 * @param comebackMillisMost how long it stays away, at most, after its connection was lost
 * @param will what the broker publishes when it vanishes, or null
 * @param steps by the time they are due
 */
record ClientPlan(
        int process,
        String clientId,
        ProtocolVersion version,
        boolean persistent,
        int node,
        int comebackMillisMost,
        List<Filter> always,
        @Nullable WillPlan will,
        List<Step> steps) {
    /** Copies the lists. */
    ClientPlan {
        always = List.copyOf(always);
        steps = List.copyOf(steps);
    }

    /** The same at one node from beginning to end. */
    ClientPlan stayingAt(int home) {
        List<Step> there =
                steps.stream()
                        .map(step ->
                                step instanceof Step.Move move
                                        ? new Step.Move(
                                                move.atNanos(), move.how(), home, move.pauseNanos())
                                        : step)
                        .toList();
        return new ClientPlan(
                process,
                clientId,
                version,
                persistent,
                home,
                comebackMillisMost,
                always,
                will,
                there);
    }

    /** A filter and the quality that is asked for. */
    record Filter(String filter, QoS qos) {}

    /**
     * A will; each connection has a message of its own.
     *
     * @param delaySeconds MQTT 5 only, 0 for at once
     */
    record WillPlan(String topic, QoS qos, int delaySeconds) {}
}
