package io.skein.cluster.grid;

import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node the owner of a client id. First the entry is replaced, which one of several
 * claimants succeeds in and which ends the former owner's time; then the former owner, if it lives,
 * lets go and sends what it has; then copies are made. Lives on the loop.
 */
final class Claims {
    private static final long RETRY_MILLIS = 50;

    private static final String OVER = "this node joins the others anew";

    /** How long a claim is tried before it is refused. */
    private static final long NANOS_LIMIT = TimeUnit.SECONDS.toNanos(20);

    /** How long a session is waited for of which all copies are on nodes that are away. */
    private static final long STRANDED_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Post post;
    private final Membership membership;
    private final Departures departures;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final GridSessions sessions;
    private final Set<Claim> underWay = new HashSet<>();

    /** Of claims that were answered, and whose session the broker does not say yet that it has. */
    private final Set<String> arriving = new HashSet<>();

    private boolean ended;

    Claims(
            Post post,
            Membership membership,
            Departures departures,
            Arrivals arrivals,
            Deliveries deliveries,
            GridSessions sessions) {
        this.post = post;
        this.membership = membership;
        this.departures = departures;
        this.arrivals = arrivals;
        this.deliveries = deliveries;
        this.sessions = sessions;
    }

    CompletableFuture<Ownership> claim(String clientId, boolean cleanStart, SessionHead head) {
        Claim claim = new Claim(clientId, cleanStart, head);
        post.loop().execute(() -> begin(claim));
        return claim.answer;
    }

    private void begin(Claim claim) {
        if (ended) {
            claim.failed(OVER);
            return;
        }
        underWay.add(claim);
        claim.answer.whenCompleteAsync((owned, error) -> underWay.remove(claim), post.loop());
        claim.attempt();
    }

    /** Nothing can be claimed any more: who waits for that is refused. */
    void end() {
        ended = true;
        List.copyOf(underWay).forEach(claim -> claim.failed(OVER));
    }

    private final class Claim {
        private final String clientId;
        private final boolean cleanStart;
        private final SessionHead head;
        private final CompletableFuture<Ownership> answer = new CompletableFuture<>();
        private final long startNanos = System.nanoTime();
        private boolean begun;

        /** As which message the will of a former owner is published that dies; null for none. */
        private @Nullable Origin will;

        /** Of the entry that was to be this node's; 0 before there is one. */
        private long epoch;

        Claim(String clientId, boolean cleanStart, SessionHead head) {
            this.clientId = clientId;
            this.cleanStart = cleanStart;
            this.head = head;
        }

        void attempt() {
            CompletableFuture<Void> arrival = arrivals.underWay(clientId);
            if (arrival != null) {
                // What is there when it is over was adopted, unless a claim has brought it.
                begun |= !arriving.contains(clientId);
                arrival.thenRun(this::attempt);
                return;
            }
            if (begun && sessions.owns(clientId)) {
                failed("it was adopted here");
                return;
            }
            begun = true;
            // What this node still has to write for it comes first.
            onLoop(
                    sessions.release(clientId, Long.MAX_VALUE)
                            .thenCompose(nothing -> sessions.owners().get(clientId)),
                    this::known);
        }

        private void known(byte @Nullable [] bytes) {
            if (arrivals.underWay(clientId) != null || sessions.owns(clientId)) {
                attempt();
                return;
            }
            OwnerEntry former = OwnerTable.decoded(bytes);
            if (former != null && departures.isDeparting(former.owner())) {
                again(); // its will and its messages are the adopter's business
                return;
            }
            if (former != null && !cleanStart && isStranded(former)) {
                failed("its session is on nodes that are away: " + former.holders());
                return;
            }
            OwnerEntry mine = sessions.entry(clientId, former, head);
            byte[] mineBytes = mine.encoded();
            epoch = mine.epoch();
            arrivals.expect(clientId, epoch);
            will = former == null ? null : sessions.numberWill(former);
            if (former != null && will != null) {
                arrivals.numberWill(clientId, former.epoch(), will);
            }
            onLoop(
                    sessions.owners().succeed(clientId, bytes, mine, mineBytes),
                    won -> {
                        if (!won) {
                            arrivals.failed(
                                    clientId, epoch, Refusal.unavailable("claimed elsewhere"));
                            sessions.willOver(will);
                            again();
                        } else if (former == null) {
                            take(null, mine, mineBytes, null);
                        } else {
                            fetch(former, mine, mineBytes);
                        }
                    });
        }

        private boolean isStranded(OwnerEntry former) {
            return former.head().isPersistent()
                    && !former.backups().isEmpty()
                    && former.holders().stream().noneMatch(membership.members()::contains)
                    && membership.goneNanos(former.owner()) < STRANDED_NANOS;
        }

        private void fetch(OwnerEntry former, OwnerEntry mine, byte[] mineBytes) {
            onLoop(
                    sessions.estate().settle(clientId, former, cleanStart),
                    left -> {
                        StoredSession state = left.session();
                        if (!left.letGo()) {
                            OwnerEntry holder = left.ofHolder(former);
                            departures.whenNoticed(() -> {
                                if (membership.members().contains(holder.owner())) {
                                    fetch(former, mine, mineBytes); // it is back, and knows
                                } else {
                                    succeed(holder, mine, mineBytes, state);
                                }
                            });
                        } else if (state == null || !state.head().isPersistent()) {
                            take(former, mine, mineBytes, null);
                        } else {
                            // What others had sent here before is the former owner's to queue.
                            onLoop(
                                    deliveries.landed(),
                                    nothing -> take(former, mine, mineBytes, state));
                        }
                    });
        }

        /**
         * The owner died, perhaps before anybody had noticed, and the claim came first: what it
         * left is adopted, so that its will is dealt with and what it had not answered finds the
         * session. The claim fails, for the broker has the session then.
         */
        private void succeed(
                OwnerEntry dead, OwnerEntry mine, byte[] mineBytes, @Nullable StoredSession state) {
            OwnerEntry former = will == null ? dead : dead.with(dead.head().publishing(will));
            if (state == null && cleanStart && former.head().isPersistent()) {
                onLoop(
                        sessions.estate().settle(clientId, former, false),
                        left -> {
                            if (left.session() == null) {
                                take(former, mine, mineBytes, null);
                                sessions.forgetFormer(clientId);
                            } else {
                                succeed(former, mine, mineBytes, left.session());
                            }
                        });
            } else if (state == null
                    && (former.head().isPersistent()
                            || former.head().will() == null
                            || sessions.isForgotten(former.owner()))) {
                take(former, mine, mineBytes, null); // nothing is left
                sessions.forgetFormer(clientId);
            } else {
                onLoop(
                        sessions.succession().take(clientId, former, mine, mineBytes, state),
                        nothing -> failed("it was adopted here"));
            }
        }

        private void take(
                @Nullable OwnerEntry former,
                OwnerEntry mine,
                byte[] mineBytes,
                @Nullable StoredSession stored) {
            StoredSession state =
                    stored == null ? new StoredSession(clientId, head) : stored.copy();
            state.apply(new SessionChange.HeadSet(clientId, mine.epoch(), head));
            sessions.take(
                    state,
                    stored == null ? new Marks() : sessions.estate().marks(clientId, former),
                    mine,
                    mineBytes,
                    refusal -> {
                        if (refusal != null) {
                            refused(state, refusal);
                            return;
                        }
                        sessions.dropBefore(clientId, former);
                        if (stored != null) {
                            sessions.awaitBroker(clientId);
                        }
                        answer.complete(new Ownership(epoch, stored));
                        arrived();
                    });
        }

        /** The client is told so; but its session is this node's, which has to look after it. */
        private void refused(StoredSession state, Refusal refusal) {
            answer.completeExceptionally(new RefusedException(refusal));
            if (!sessions.owns(clientId)) {
                arrivals.failed(clientId, epoch, refusal);
                return;
            }
            SessionHead lonely = new SessionHead(true, head.expirySeconds(), 0, null);
            StoredSession kept = state.copy();
            kept.apply(new SessionChange.HeadSet(clientId, epoch, lonely));
            sessions.broker()
                    .adopt(kept, epoch)
                    .whenCompleteAsync((nothing, error) -> arrived(), post.loop());
        }

        private void arrived() {
            sessions.willOver(will);
            CompletableFuture<Void> inBroker = sessions.inBroker(clientId);
            if (inBroker.isDone()) {
                inBroker();
            } else {
                arriving.add(clientId);
                onLoop(inBroker, nothing -> inBroker());
            }
        }

        private void inBroker() {
            arriving.remove(clientId);
            deliveries.arrived(clientId, epoch);
            sessions.settleLater(clientId, epoch);
        }

        private void again() {
            if (System.nanoTime() - startNanos > NANOS_LIMIT) {
                failed("its owner does not come to rest");
            } else {
                CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                        .execute(this::attempt);
            }
        }

        private void failed(String why) {
            Refusal refusal = Refusal.unavailable("'" + clientId + "' cannot be claimed: " + why);
            arrivals.failed(clientId, epoch, refusal);
            answer.completeExceptionally(new RefusedException(refusal));
        }

        private <T extends @Nullable Object> void onLoop(
                CompletableFuture<T> future, Consumer<? super T> then) {
            future.whenCompleteAsync(
                            (value, error) -> {
                                if (error == null) {
                                    then.accept(value);
                                } else {
                                    failed(error.toString());
                                }
                            },
                            post.loop())
                    .exceptionally(bug -> {
                        failed(bug.toString());
                        return null;
                    });
        }
    }
}
