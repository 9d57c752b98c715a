package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this node the owner of client ids, and lets go of them for others. A session is claimed
 * when its owner has let go of it; where the owner is gone it is adopted first, so that the broker
 * sees to its will. Lives on the loop.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final long AGAIN_MILLIS = 100;
    private static final long WATCH_SECONDS = 5;

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final OwnedSessions sessions;
    private final SharedTable table;
    private final Adoption adoption;
    private final Questions questions;
    private final LocalBroker broker;
    private final Map<String, Claim> open = new HashMap<>();
    private long number;

    Claims(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            OwnedSessions sessions,
            SharedTable table,
            Adoption adoption,
            Questions questions,
            LocalBroker broker) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.sessions = sessions;
        this.table = table;
        this.adoption = adoption;
        this.questions = questions;
        this.broker = broker;
        adoption.whenHere(this::adopted);
    }

    private final class Claim {
        final String clientId;
        final boolean cleanStart;
        final SessionHead head;
        final CompletableFuture<Ownership> done;
        final String token = self + "/" + ++number;
        final List<Runnable> afterwards = new ArrayList<>();
        final ScheduledFuture<?> deadline;

        /** The broker has the session by adoption: it is looked for again there, with its will. */
        boolean isAdopted;

        Claim(
                String clientId,
                boolean cleanStart,
                SessionHead head,
                CompletableFuture<Ownership> done) {
            this.clientId = clientId;
            this.cleanStart = cleanStart;
            this.head = head;
            this.done = done;
            this.deadline =
                    loop.schedule(
                            () -> fail(Refusal.unavailable("the session is not free in time")),
                            PATIENCE_SECONDS,
                            TimeUnit.SECONDS);
        }

        void fail(Refusal refusal) {
            done.completeExceptionally(new RefusedException(refusal));
        }

        void end() {
            deadline.cancel(false);
            open.remove(clientId, this);
            afterwards.forEach(Runnable::run);
        }
    }

    /** See {@link io.skein.cluster.SessionStore#claim}. */
    void claim(
            String clientId,
            boolean cleanStart,
            SessionHead head,
            CompletableFuture<Ownership> done) {
        Claim before = open.get(clientId);
        if (before != null) { // refused for its time was over, and still under way
            before.afterwards.add(() -> claim(clientId, cleanStart, head, done));
            return;
        }
        Claim claim = new Claim(clientId, cleanStart, head, done);
        open.put(clientId, claim);
        redis.commands()
                .sadd(Args.bytes(names.owned(self)), Args.bytes(clientId))
                .toCompletableFuture()
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure != null) {
                                claim.fail(Refusals.of(failure));
                                claim.end();
                            } else {
                                attempt(claim, "");
                            }
                        },
                        loop);
    }

    private void adopted(String clientId) {
        Claim claim = open.get(clientId);
        if (claim != null) {
            claim.isAdopted = true;
        }
    }

    private void attempt(Claim claim, String released) {
        CompletableFuture<Boolean> adopting = adoption.underWay(claim.clientId);
        if (adopting != null) {
            adopting.whenCompleteAsync((_, _) -> attempt(claim, released), loop);
            return;
        }
        if (claim.isAdopted) {
            claim.fail(Refusal.fenced(claim.clientId));
            claim.end();
            return;
        }
        String label = Names.session(claim.clientId);
        Args args =
                Args.of(
                                self,
                                claim.token,
                                claim.cleanStart ? "1" : "0",
                                claim.head.isPersistent() ? "1" : "0")
                        .add(Parcel.bytes(out -> out.head(claim.head)))
                        .add(released);
        redis.list("skein_claim", Args.of(names.record(label), names.inbox(label)), args)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (failure != null) {
                                claim.fail(Refusals.of(failure));
                                claim.end();
                            } else if (Args.number(answer.getFirst()) == 1) {
                                claimed(claim, answer);
                            } else {
                                owned(claim, Args.number(answer.get(1)), Args.text(answer.get(2)));
                            }
                        },
                        loop);
    }

    /** Another node has it. */
    private void owned(Claim claim, long epoch, String owner) {
        if (claim.done.isDone()) {
            claim.end();
            return;
        }
        redis.commands()
                .hexists(Args.bytes(names.nodes()), Args.bytes(owner))
                .toCompletableFuture()
                .whenCompleteAsync(
                        (isMember, failure) -> {
                            if (failure != null) {
                                claim.fail(Refusals.of(failure));
                                claim.end();
                            } else if (isMember) {
                                askFor(claim, epoch, owner);
                            } else {
                                inherit(claim, owner);
                            }
                        },
                        loop);
    }

    private void askFor(Claim claim, long epoch, String owner) {
        questions.ask(
                owner,
                asked -> new Parcel.Release(self, asked, claim.clientId, epoch, claim.cleanStart),
                new Questions.Answered() {
                    @Override
                    public void answered() {
                        attempt(claim, Long.toString(epoch));
                    }

                    @Override
                    public void lost() {
                        loop.schedule(
                                () -> attempt(claim, ""), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                    }
                });
    }

    /** Its owner is gone: what it has left is the broker's before the claim goes on. */
    private void inherit(Claim claim, String owner) {
        adoption.adopt(claim.clientId, owner)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure != null) {
                                claim.fail(Refusals.of(failure));
                                claim.end();
                            } else {
                                attempt(claim, "");
                            }
                        },
                        loop);
    }

    private void claimed(Claim claim, List<?> answer) {
        String clientId = claim.clientId;
        long epoch = Args.number(answer.get(1));
        boolean found = Args.text(answer.get(2)).equals("1");
        boolean kept = claim.head.isPersistent();
        Records before = new Records(Args.list(answer.get(3)));
        SortedMap<Long, byte[]> waiting = Records.inbox(Args.list(answer.get(4)));
        boolean goesOn = found && kept;
        if (!goesOn && !before.filters().isEmpty()) {
            table.change(
                    SharedTable.changes(
                            before.filters().stream()
                                    .map(f -> SessionWriter.field(clientId, f))
                                    .map(SharedTable::remove)
                                    .toList()));
        }
        OwnedSession session =
                sessions.own(
                        clientId,
                        epoch,
                        kept,
                        goesOn ? before.filters() : List.of(),
                        before.lastNumber());
        StoredSession stored = found ? before.session(clientId) : null;
        if (!claim.done.complete(new Ownership(epoch, stored))) {
            late(claim, session, stored, waiting);
        } else if (session.inbox != null) {
            session.inbox.begin(goesOn ? waiting : new TreeMap<>());
        } else {
            waiting.values().forEach(frame -> giveOnce(clientId, frame));
        }
        claim.end();
    }

    /** Nobody waits for it any more: it is the broker's as a session without a connection. */
    private void late(
            Claim claim,
            OwnedSession session,
            @Nullable StoredSession stored,
            SortedMap<Long, byte[]> waiting) {
        if (!claim.head.isPersistent()) {
            adoption.end(session);
            return;
        }
        SessionHead alone = new SessionHead(false, claim.head.expirySeconds(), now(), null);
        StoredSession whole = stored == null ? new StoredSession(claim.clientId, alone) : stored;
        whole.apply(new SessionChange.HeadSet(claim.clientId, session.epoch, alone));
        adoption.give(session, whole, waiting);
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** What waited for a session that from now on ends with its connection. */
    private void giveOnce(String clientId, byte[] frame) {
        if (Parcel.decoded(frame) instanceof Parcel.Mail mail) {
            sessions.give(mail.message(), clientId, _ -> {});
        }
    }

    /** Another node claims what this one owns under that epoch. */
    void release(Parcel.Release asked) {
        Claim claim = open.get(asked.clientId());
        if (claim != null) {
            claim.afterwards.add(() -> release(asked));
            return;
        }
        OwnedSession session = sessions.get(asked.clientId(), asked.epoch());
        if (session == null) {
            questions.answer(asked.from(), asked.number());
            return;
        }
        CompletableFuture<Void> left = session.left;
        if (left == null) {
            session.leave();
            CompletionStage<Void> gone =
                    asked.ends()
                            ? broker.end(session.clientId, session.epoch)
                            : broker.relinquish(session.clientId, session.epoch);
            left = gone.toCompletableFuture();
            session.left = left;
            loop.schedule(() -> lookAfter(session), WATCH_SECONDS, TimeUnit.SECONDS);
        }
        left.whenCompleteAsync(
                (_, _) -> {
                    sessions.left(session);
                    questions.answer(asked.from(), asked.number());
                },
                loop);
    }

    /** Whoever claimed it may have died before it had it: then it is this node's as before. */
    void lookAfter(OwnedSession session) {
        String label = Names.session(session.clientId);
        redis.commands()
                .hmget(Args.bytes(names.record(label)), Args.bytes("e"), Args.bytes("o"))
                .toCompletableFuture()
                .thenAcceptAsync(
                        found -> {
                            boolean same =
                                    found.stream().allMatch(one -> one.hasValue())
                                            && Args.number(found.get(0).getValue()) == session.epoch
                                            && Args.text(found.get(1).getValue()).equals(self);
                            if (same
                                    && sessions.get(session.clientId) == null
                                    && !open.containsKey(session.clientId)) {
                                adoption.adopt(session.clientId, self);
                            }
                        },
                        loop)
                .exceptionally(failure -> {
                    LOG.warn(
                            "The session of '{}', which nobody may own, cannot be looked for: {}",
                            session.clientId,
                            failure.toString());
                    return null;
                });
    }
}
