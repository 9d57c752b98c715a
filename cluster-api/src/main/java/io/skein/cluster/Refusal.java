package io.skein.cluster;

import io.skein.mqtt.ReasonCode;
import java.util.Set;
import java.util.TreeSet;

/**
 * Why an architecture did not do what it was asked: an expected outcome, not an exception.
 *
 * @param reason what MQTT 5 tells the client, an error code
 * @param explanation what was wrong, for the log and the reason string
 * @param clientIds the sessions it concerns; empty when it concerns everything that was asked
 */
public record Refusal(ReasonCode reason, String explanation, Set<String> clientIds) {
    /** A refusal of everything that was asked. */
    public Refusal(ReasonCode reason, String explanation) {
        this(reason, explanation, Set.of());
    }

    /** The node was fenced: another node owns the session now. */
    public static Refusal fenced(String clientId) {
        return fenced(Set.of(clientId));
    }

    /** The node was fenced for these sessions; what else was asked is done. */
    public static Refusal fenced(Set<String> clientIds) {
        return new Refusal(
                ReasonCode.SESSION_TAKEN_OVER,
                "owned by another node: session of " + String.join(", ", clientIds),
                Set.copyOf(clientIds));
    }

    /** The architecture cannot keep its promises at the moment (no majority, engine gone). */
    public static Refusal unavailable(String explanation) {
        return new Refusal(ReasonCode.SERVER_UNAVAILABLE, explanation);
    }

    /** Of two parts of what was asked, this was refused and that too: says so of both. */
    public Refusal and(Refusal other) {
        if (clientIds.isEmpty() || other.clientIds.isEmpty()) {
            return clientIds.isEmpty() ? this : other;
        }
        Set<String> both = new TreeSet<>(clientIds);
        both.addAll(other.clientIds);
        return new Refusal(reason, explanation + "; " + other.explanation, Set.copyOf(both));
    }

    /** Whether what was asked for this session was refused. */
    public boolean concerns(String clientId) {
        return clientIds.isEmpty() || clientIds.contains(clientId);
    }
}
