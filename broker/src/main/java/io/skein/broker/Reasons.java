package io.skein.broker;

import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.util.EnumSet;
import java.util.Set;

/** Which reason each packet may carry (the tables of sections 3.2, 3.4, 3.5, 3.9 and 3.14). */
final class Reasons {
    private static final Set<ReasonCode> NOT_IN_CONNACK =
            EnumSet.of(
                    ReasonCode.SESSION_TAKEN_OVER,
                    ReasonCode.SERVER_SHUTTING_DOWN,
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    ReasonCode.ADMINISTRATIVE_ACTION);
    private static final Set<ReasonCode> IN_ACKNOWLEDGEMENT =
            EnumSet.of(
                    ReasonCode.UNSPECIFIED_ERROR,
                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    ReasonCode.NOT_AUTHORIZED,
                    ReasonCode.QUOTA_EXCEEDED);

    private Reasons() {}

    static ReasonCode forConnAck(ReasonCode reason) {
        return NOT_IN_CONNACK.contains(reason) ? ReasonCode.SERVER_UNAVAILABLE : reason;
    }

    /** For a client that is connected and was not authenticated again: only some fit. */
    static ReasonCode ofRefusedAgain(ReasonCode reason) {
        return switch (reason) {
            case BAD_AUTHENTICATION_METHOD, SERVER_BUSY, SERVER_UNAVAILABLE, QUOTA_EXCEEDED ->
                    reason;
            default -> ReasonCode.NOT_AUTHORIZED;
        };
    }

    /** For PUBACK, PUBREC, SUBACK: the specification has no "unavailable" there. */
    static ReasonCode forAcknowledgement(ReasonCode reason) {
        return IN_ACKNOWLEDGEMENT.contains(reason)
                ? reason
                : ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    }

    /**
     * Whether a message is refused for what the node or the cluster is like at this moment, not for
     * what it is itself: sent again, here or elsewhere, it may be taken.
     */
    static boolean isPassing(Refusal refusal) {
        return switch (refusal.reason()) {
            case SERVER_UNAVAILABLE, SERVER_BUSY, SERVER_SHUTTING_DOWN, SESSION_TAKEN_OVER -> true;
            default -> false;
        };
    }

    /** What a publisher is told where the session of a subscriber is another node's by now. */
    static Refusal ofSubscriber(Refusal refusal) {
        return refusal.reason() == ReasonCode.SESSION_TAKEN_OVER
                ? new Refusal(ReasonCode.SERVER_BUSY, "a session that wants it is on its way")
                : refusal;
    }

    static ReasonCode forDisconnect(ReasonCode reason) {
        return reason == ReasonCode.SERVER_UNAVAILABLE ? ReasonCode.USE_ANOTHER_SERVER : reason;
    }
}
