package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes of sessions: all that come together by one call where Redis is one server, so that
 * a crash finds all of them or none; by one call for each session where it is a cluster.
 */
final class SessionWriter {
    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String taken;
    private final SharedTable table;
    private final OwnedSessions sessions;

    SessionWriter(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            SharedTable table,
            OwnedSessions sessions) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.taken = names.inbox(Names.node(self));
        this.table = table;
        this.sessions = sessions;
    }

    /** See {@link io.skein.cluster.SessionStore#write}. Any thread. */
    void write(List<SessionChange> changes, Completion done) {
        Collection<SessionWrite> writes = bySession(changes);
        loop.execute(() -> write(writes, done));
    }

    /** The changes of each session together, in the order in which these come. Any thread. */
    static Collection<SessionWrite> bySession(List<SessionChange> changes) {
        Map<String, SessionWrite> writes = new LinkedHashMap<>();
        for (SessionChange change : changes) {
            writes.computeIfAbsent(
                            change.clientId() + '\0' + change.epoch(),
                            _ -> new SessionWrite(change.clientId(), change.epoch()))
                    .add(change);
        }
        return writes.values();
    }

    /** The same on the loop. */
    void write(Collection<SessionWrite> writes, Completion done) {
        Set<String> fenced = new TreeSet<>();
        List<Args> routes = new ArrayList<>();
        for (SessionWrite write : writes) {
            OwnedSession session = sessions.get(write.clientId, write.epoch);
            if (session != null) {
                write.routes.forEach((filter, value) -> {
                    session.routed.add(filter);
                    routes.add(SharedTable.put(field(write.clientId, filter), value));
                });
            }
        }
        CompletableFuture<Void> known =
                routes.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : table.change(SharedTable.changes(routes));
        CompletableFuture<Void> written =
                redis.isCluster()
                        ? CompletableFuture.allOf(
                                writes.stream()
                                        .map(one -> send(List.of(one), fenced::add))
                                        .toArray(CompletableFuture[]::new))
                        : send(List.copyOf(writes), fenced::add);
        CompletableFuture.allOf(known, written)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure == null) {
                                written(writes, fenced);
                            }
                            done.complete(outcome(fenced, failure));
                        },
                        loop);
    }

    private static @Nullable Refusal outcome(Set<String> fenced, @Nullable Throwable failure) {
        if (failure != null) {
            return Refusals.of(failure);
        }
        return fenced.isEmpty() ? null : Refusal.fenced(fenced);
    }

    private CompletableFuture<Void> send(List<SessionWrite> writes, Consumer<String> fenced) {
        String first = Names.session(writes.getFirst().clientId);
        Args keys = Args.of(redis.isCluster() ? names.inbox(first) : taken);
        Args args = new Args();
        for (SessionWrite write : writes) {
            String label = Names.session(write.clientId);
            keys.add(names.record(label)).add(names.inbox(label));
            write.writeTo(args, !redis.isCluster());
        }
        return redis.list("skein_write", keys, args)
                .thenAcceptAsync(
                        refused ->
                                refused.forEach(index ->
                                        fenced.accept(
                                                writes.get((int) Args.number(index)).clientId)),
                        loop);
    }

    /** What follows from writes that were made, or not for those that are fenced. */
    void written(Collection<SessionWrite> writes, Set<String> fenced) {
        List<Args> ended = new ArrayList<>();
        for (SessionWrite write : writes) {
            OwnedSession session = sessions.get(write.clientId, write.epoch);
            if (fenced.contains(write.clientId)) {
                if (session != null) {
                    sessions.lost(session);
                }
            } else if (session != null) {
                Collection<String> filters = write.isEnd ? session.routed : write.routesEnded;
                filters.forEach(
                        filter -> ended.add(SharedTable.remove(field(write.clientId, filter))));
                if (write.isEnd) {
                    sessions.ended(session);
                } else {
                    session.routed.removeAll(write.routesEnded);
                }
            }
        }
        if (!ended.isEmpty()) {
            table.change(SharedTable.changes(ended));
        }
    }

    /** Takes messages out of the inbox of a session that did not join its queue. */
    CompletableFuture<Void> takeOut(OwnedSession session, List<Long> numbers) {
        SessionWrite write = new SessionWrite(session.clientId, session.epoch);
        numbers.forEach(write::taken);
        return send(List.of(write), _ -> {});
    }

    static String field(String clientId, String filter) {
        return RoutingTable.field(Names.session(clientId), filter);
    }
}
