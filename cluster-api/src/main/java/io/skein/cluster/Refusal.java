package io.skein.cluster;

import io.skein.mqtt.ReasonCode;

/**
 * Why an architecture did not do what it was asked: an expected outcome, not an exception.
 *
 * @param reason what MQTT 5 tells the client, an error code
 * @param explanation what was wrong, for the log and the reason string
 */
public record Refusal(ReasonCode reason, String explanation) {
    /** The node was fenced: another node owns the session now. */
    public static Refusal fenced(String clientId) {
        return new Refusal(
                ReasonCode.SESSION_TAKEN_OVER, "session of '" + clientId + "' is owned elsewhere");
    }

    /** The architecture cannot keep its promises at the moment (no majority, engine gone). */
    public static Refusal unavailable(String explanation) {
        return new Refusal(ReasonCode.SERVER_UNAVAILABLE, explanation);
    }
}
