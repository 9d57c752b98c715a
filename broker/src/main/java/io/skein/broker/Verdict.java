package io.skein.broker;

import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** What an {@link Exchange} answers to a step. */
public sealed interface Verdict {
    /**
     * The client is to send more; only where it has named an authentication method.
     *
     * @param data for the client; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Continue(byte[] data) implements Verdict {}

    /**
     * The client is who it says.
     *
     * @param username null for anonymous
     * @param rules what it may do from now on
     * @param validNanos how long that holds, counted from now; the connection is closed afterwards.
     *     {@link #FOREVER} for no end
     * @param data the last word of the authentication method, null for none; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Allowed(
            @Nullable String username, AccessRules rules, long validNanos, byte @Nullable [] data)
            implements Verdict {
        /** Never over. */
        public static final long FOREVER = Long.MAX_VALUE;

        /** Allowed for good, with nothing more to say. */
        public Allowed(@Nullable String username, AccessRules rules) {
            this(username, rules, FOREVER, null);
        }
    }

    /**
     * The client is not let in.
     *
     * @param reason one that CONNACK may carry
     * @param explanation for MQTT 5 clients; says nothing that helps to guess
     */
    record Refused(ReasonCode reason, String explanation) implements Verdict {}
}
