package io.skein.server.security.rules;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom rules are asked about.
 *
 * @param username as authenticated, null for anonymous
 * @param groups that whoever authenticated the client has named
 * @param address null if it is none of the internet
 */
public record Subject(
        String clientId,
        @Nullable String username,
        Set<String> groups,
        @Nullable InetAddress address) {
    /** Copies the groups. */
    public Subject {
        groups = Set.copyOf(groups);
    }
}
