package io.skein.broker;

/**
 * Other nodes that clients are to use instead of this one; MQTT 5 clients are told which.
 *
 * @param servers one or more as section 4.11 writes them; empty where no other takes clients
 * @param everybody whether nobody is let in; otherwise only MQTT 5 clients are sent away that have
 *     no session here
 */
public record Referral(String servers, boolean everybody) {
    /** Checks that somebody can be told something. */
    public Referral {
        if (servers.isEmpty() && !everybody) {
            throw new IllegalArgumentException("nowhere to go for clients that could stay");
        }
    }
}
