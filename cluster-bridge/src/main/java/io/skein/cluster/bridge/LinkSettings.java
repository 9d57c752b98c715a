package io.skein.cluster.bridge;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One link as configured.
 *
 * @param name unique among the links of the node
 * @param peer what the far side is called in paths and in the topology
 * @param admin base URL of the far side's admin API, empty where it is not known
 * @param clientId by which the far side knows this link
 * @param rules in the order in which they are asked; at least one
 * @param dialects in the order in which they are tried; at least one
 * @param isInterest whether the far side is asked only for what somebody here wants
 * @param keepAliveSeconds after which a silent connection is looked after
 * @param retrySecondsMaximum between two attempts to connect
 * @param alarmSeconds after which it is an alarm that there is no connection; 0 for never
 * @param inflightMaximum QoS 1 and 2 messages under way to the far side
 * @param packetBytesMaximum of a PUBLISH to the far side, if it does not ask for less
 * @param ca PEM: who may have issued the far side's certificate; null for those the system trusts
 * @param certificate PEM: the certificate of this link, null for none; goes with {@code key}
 * @param key PEM: its key
 */
record LinkSettings(
        String name,
        FarAddress address,
        String peer,
        String admin,
        String clientId,
        @Nullable String username,
        @Nullable String password,
        List<TopicRule> rules,
        List<Dialect> dialects,
        boolean isInterest,
        int keepAliveSeconds,
        int retrySecondsMaximum,
        int alarmSeconds,
        int inflightMaximum,
        int packetBytesMaximum,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** Checks what concerns more than one value. */
    LinkSettings {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("a link needs at least one topic");
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate and key go together");
        }
        if (!address.isEncrypted() && (ca != null || certificate != null)) {
            throw new IllegalArgumentException("ca and certificate need an address mqtts://");
        }
        if (password != null && username == null) {
            throw new IllegalArgumentException("a password needs a username");
        }
        if (isInterest && rules.stream().noneMatch(TopicRule::isIn)) {
            throw new IllegalArgumentException("interest needs a topic with direction in or both");
        }
    }

    /** The same link, which tries these only. */
    LinkSettings withDialects(List<Dialect> allowed) {
        return new LinkSettings(
                name,
                address,
                peer,
                admin,
                clientId,
                username,
                password,
                rules,
                allowed,
                isInterest,
                keepAliveSeconds,
                retrySecondsMaximum,
                alarmSeconds,
                inflightMaximum,
                packetBytesMaximum,
                ca,
                certificate,
                key);
    }

    /**
     * Whether a message could come back under its own name, from a side that sends clients what
     * they have published.
     */
    boolean mayEcho() {
        return rules.stream()
                .filter(TopicRule::isOut)
                .anyMatch(out ->
                        rules.stream()
                                .filter(TopicRule::isIn)
                                .anyMatch(in -> Filters.overlap(out.remote(), in.remote())));
    }

    /** Everything but the password. */
    @Override
    public String toString() {
        return "link '" + name + "' to " + address;
    }
}
