package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes sessions over from nodes that are gone. Lives on the loop. */
final class Adoption {
    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final OwnedSessions sessions;
    private final LocalBroker broker;
    private final Map<String, UnderWay> underWay = new HashMap<>();
    private Consumer<String> afterArrival = _ -> {};
    private long number;

    private record UnderWay(String owner, CompletableFuture<Boolean> done) {}

    Adoption(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            OwnedSessions sessions,
            LocalBroker broker) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.sessions = sessions;
        this.broker = broker;
    }

    /**
     * Takes a session over if this is its owner. Completes, on the loop, with whether the broker
     * has it: not where there was nothing to do for it, or where another was faster.
     */
    CompletableFuture<Boolean> adopt(String clientId, String owner) {
        UnderWay before = underWay.get(clientId);
        if (before != null) {
            return before.owner().equals(owner)
                    ? before.done()
                    : before.done()
                            .handle((_, _) -> true)
                            .thenComposeAsync(_ -> adopt(clientId, owner), loop);
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        underWay.put(clientId, new UnderWay(owner, done));
        begin(clientId, owner)
                .whenCompleteAsync(
                        (isHere, failure) -> {
                            underWay.remove(clientId);
                            if (failure != null) {
                                done.completeExceptionally(failure);
                                return;
                            }
                            if (isHere) {
                                afterArrival.accept(clientId);
                            }
                            done.complete(isHere);
                        },
                        loop);
        return done;
    }

    /** Complete when the adoption of a session that is under way has ended; null for none. */
    @Nullable CompletableFuture<Boolean> underWay(String clientId) {
        UnderWay one = underWay.get(clientId);
        return one == null ? null : one.done();
    }

    /** What is to be done when the broker has a session that was adopted. */
    void whenHere(Consumer<String> then) {
        afterArrival = then;
    }

    private CompletableFuture<Boolean> begin(String clientId, String owner) {
        String label = Names.session(clientId);
        Args keys = Args.of(names.record(label), names.inbox(label));
        Args args = Args.of(self, self + "/adoption/" + ++number, owner);
        return redis.commands()
                .sadd(Args.bytes(names.owned(self)), Args.bytes(clientId))
                .toCompletableFuture()
                .thenCompose(_ -> redis.list("skein_adopt", keys, args))
                .thenComposeAsync(answer -> adopted(clientId, answer), loop);
    }

    private CompletableFuture<Boolean> adopted(String clientId, List<?> answer) {
        if (Args.number(answer.getFirst()) == 0) {
            return CompletableFuture.completedFuture(false);
        }
        long epoch = Args.number(answer.get(1));
        boolean kept = Args.text(answer.get(2)).equals("1");
        Records record = new Records(Args.list(answer.get(3)));
        SortedMap<Long, byte[]> waiting = Records.inbox(Args.list(answer.get(4)));
        return take(record, clientId, epoch, kept, waiting);
    }

    private CompletableFuture<Boolean> take(
            Records record,
            String clientId,
            long epoch,
            boolean kept,
            SortedMap<Long, byte[]> waiting) {
        OwnedSession session =
                sessions.own(clientId, epoch, kept, record.filters(), record.lastNumber());
        if (!kept && record.head().will() == null) {
            end(session);
            return CompletableFuture.completedFuture(false);
        }
        return give(session, record.session(clientId), waiting).thenApply(_ -> true);
    }

    /** Hands a session to the broker, as one without a connection, and then what waits for it. */
    CompletableFuture<Void> give(
            OwnedSession session, StoredSession stored, SortedMap<Long, byte[]> waiting) {
        return broker.adopt(stored, session.epoch)
                .toCompletableFuture()
                .thenRunAsync(
                        () -> {
                            if (session.inbox != null) {
                                session.inbox.begin(waiting);
                            }
                        },
                        loop);
    }

    /** Ends a session that the broker does not know. */
    void end(OwnedSession session) {
        sessions.writer()
                .write(
                        List.of(new SessionChange.Ended(session.clientId, session.epoch)),
                        Completion.IGNORED);
    }
}
