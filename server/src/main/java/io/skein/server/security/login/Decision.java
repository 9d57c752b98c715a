package io.skein.server.security.login;

import io.skein.mqtt.ReasonCode;
import io.skein.server.security.rules.Rule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one way to authenticate says of a client. */
public sealed interface Decision {
    /**
     * The client is this user.
     *
     * @param username null if it is let in without one
     * @param groups it belongs to, beside those that are configured
     * @param rules of its own, before those that are configured; null for none. An empty list
     *     allows nothing by itself
     * @param validNanos how long that holds, {@link #FOREVER} for no end
     */
    record Allowed(
            @Nullable String username,
            Set<String> groups,
            @Nullable List<Rule> rules,
            long validNanos)
            implements Decision {
        /** Never over. */
        public static final long FOREVER = Long.MAX_VALUE;

        /** Copies the collections. */
        public Allowed {
            groups = Set.copyOf(groups);
            rules = rules == null ? null : List.copyOf(rules);
        }

        /** This user for good, without groups or rules of its own. */
        public Allowed(String username) {
            this(username, Set.of(), null, FOREVER);
        }
    }

    /**
     * The client is not let in.
     *
     * @param reason for the client
     * @param why for the operator; never a secret
     */
    record Denied(ReasonCode reason, String why) implements Decision {
        /** Wrong credentials. */
        public static Denied wrong(String why) {
            return new Denied(ReasonCode.BAD_USER_NAME_OR_PASSWORD, why);
        }

        /** Too many logins at a time: the client may try again later. */
        public static Denied busy(String why) {
            return new Denied(ReasonCode.QUOTA_EXCEEDED, why);
        }

        /** Whether the client may have guessed, rather than been turned away unheard. */
        public boolean isFailedLogin() {
            return reason != ReasonCode.QUOTA_EXCEEDED && reason != ReasonCode.SERVER_UNAVAILABLE;
        }
    }

    /**
     * It cannot tell: the next one is asked.
     *
     * @param why for the operator; never a secret
     */
    record NotMine(String why) implements Decision {}
}
