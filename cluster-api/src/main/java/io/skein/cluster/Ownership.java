package io.skein.cluster;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a claim: from now on the claiming node, and no other, may change the session.
 *
 * @param epoch greater than that of every ownership of this client id before it
 * @param session what was stored of the session, or null where there was none (or a clean start
 *     discarded it)
 */
public record Ownership(long epoch, @Nullable StoredSession session) {}
