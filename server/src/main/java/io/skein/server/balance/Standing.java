package io.skein.server.balance;

/**
 * How it stands with the clients of this node.
 *
 * @param accepting whether it takes clients; not while it is drained
 * @param connections clients that are connected
 * @param toMove clients still to be moved by what was asked last
 * @param moved clients that were moved by what was asked last
 * @param waiting whether no other node takes clients, so that nobody is moved at the moment
 */
public record Standing(
        boolean accepting, long connections, long toMove, long moved, boolean waiting) {}
