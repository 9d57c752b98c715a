package io.skein.cluster.grid;

import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node the owner of a client id. First the entry is replaced, which one of several
 * claimants succeeds in and which ends the former owner's time; then the former owner, if it lives,
 * lets go; then what is stored is read. Lives on the loop.
 */
final class Claims {
    private static final long RETRY_MILLIS = 50;

    /** How long a claim is tried before it is refused. */
    private static final long NANOS_LIMIT = TimeUnit.SECONDS.toNanos(20);

    private final Post post;
    private final Membership membership;
    private final Departures departures;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final GridSessions sessions;

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
        post.loop().execute(claim::attempt);
        return claim.answer;
    }

    private final class Claim {
        private final String clientId;
        private final boolean cleanStart;
        private final SessionHead head;
        private final CompletableFuture<Ownership> answer = new CompletableFuture<>();
        private final long startNanos = System.nanoTime();

        Claim(String clientId, boolean cleanStart, SessionHead head) {
            this.clientId = clientId;
            this.cleanStart = cleanStart;
            this.head = head;
        }

        void attempt() {
            // What this node still has to write for it comes first.
            onLoop(
                    sessions.release(clientId, Long.MAX_VALUE)
                            .thenCompose(nothing -> sessions.owners().getAsync(clientId)),
                    this::known);
        }

        private void known(byte @Nullable [] bytes) {
            OwnerEntry former =
                    bytes == null || Tombstone.is(bytes) ? null : OwnerEntry.decoded(bytes);
            if (former != null && departures.isDeparting(former.owner())) {
                again(); // its will and its messages are the adopter's business
                return;
            }
            long epoch = sessions.nextEpoch(former == null ? 0 : former.epoch());
            OwnerEntry mine =
                    former == null
                            ? new OwnerEntry(
                                    epoch,
                                    post.self(),
                                    head,
                                    List.of(new OwnerEntry.Segment(epoch, 0)))
                            : former.claimed(epoch, post.self(), head, cleanStart);
            byte[] mineBytes = mine.encoded();
            Peer owner = former == null ? null : former.owner();
            arrivals.expect(clientId, epoch, post.self().equals(owner) ? null : owner);
            CompletableFuture<Boolean> written =
                    bytes == null
                            ? sessions.owners()
                                    .putIfAbsentAsync(clientId, mineBytes)
                                    .thenApply(there -> there == null)
                            : sessions.writer().replace(clientId, bytes, mineBytes);
            onLoop(
                    written,
                    won -> {
                        if (!won) {
                            arrivals.failed(clientId, Refusal.unavailable("claimed elsewhere"));
                            again();
                        } else if (former == null) {
                            take(mine, mineBytes, null, false);
                        } else {
                            fetch(former, mine, mineBytes);
                        }
                    });
        }

        private void fetch(OwnerEntry former, OwnerEntry mine, byte[] mineBytes) {
            onLoop(
                    arrivals.fetch(clientId, former.epoch(), cleanStart)
                            .thenCompose(nothing -> sessions.logs().read(clientId, former)),
                    reading -> {
                        if (!membership.members().contains(former.owner())) {
                            departures.inherit(former.owner(), reading.session());
                        }
                        if (cleanStart) {
                            for (OwnerEntry.Segment segment : former.segments()) {
                                sessions.logs()
                                        .remove(
                                                clientId,
                                                segment.epoch(),
                                                segment.from(),
                                                reading.end(segment));
                            }
                        }
                        boolean keep = !cleanStart && reading.session().head().isPersistent();
                        take(mine, mineBytes, reading, keep);
                    });
        }

        private void take(
                OwnerEntry mine,
                byte[] mineBytes,
                SessionLogs.@Nullable Reading reading,
                boolean keep) {
            StoredSession stored = sessions.take(clientId, mine, mineBytes, reading, keep);
            answer.complete(new Ownership(mine.epoch(), stored));
            deliveries.arrived(clientId, mine.epoch());
            sessions.settleLater(clientId, mine.epoch());
        }

        private void again() {
            if (System.nanoTime() - startNanos > NANOS_LIMIT) {
                failed(new IllegalStateException("its owner does not come to rest"));
            } else {
                CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                        .execute(this::attempt);
            }
        }

        private void failed(Throwable error) {
            Refusal refusal = Refusal.unavailable("'" + clientId + "' cannot be claimed: " + error);
            arrivals.failed(clientId, refusal);
            answer.completeExceptionally(new RefusedException(refusal));
        }

        private <T extends @Nullable Object> void onLoop(
                CompletableFuture<T> future, Consumer<? super T> then) {
            future.whenCompleteAsync(
                            (value, error) -> {
                                if (error == null) {
                                    then.accept(value);
                                } else {
                                    failed(error);
                                }
                            },
                            post.loop())
                    .exceptionally(bug -> {
                        failed(bug);
                        return null;
                    });
        }
    }
}
