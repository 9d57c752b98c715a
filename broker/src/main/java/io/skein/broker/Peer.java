package io.skein.broker;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as established before CONNECT reached the core.
 *
 * @param address remote address, {@code host:port}
 * @param username as authenticated, null for anonymous
 * @param rules what this client may do
 */
public record Peer(String address, @Nullable String username, AccessRules rules) {}
