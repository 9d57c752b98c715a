package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sessions on their way to this node: keeps their mail until the broker has them. Lives on the
 * loop.
 */
final class Arrivals {
    /** A message for one session, who has sent it, and whom to tell. */
    record Mail(Peer from, Message message, Completion done) {}

    /** A session on its way here. */
    static final class Arrival {
        private final long epoch;

        /** The owner that is asked to let go, and when it has, or died: then false. */
        private @Nullable Peer former;

        /** Complete when the one that is asked has said that it has the session, and lives. */
        private CompletableFuture<Void> fromLiving = new CompletableFuture<>();

        private CompletableFuture<Boolean> formerGone = CompletableFuture.completedFuture(false);

        /** Who has said that its messages are diverted: those from before have come. */
        private final Set<Peer> diverting = new HashSet<>();

        /** Who has to say so still, when the owner has let go; null before. */
        private @Nullable Set<Peer> awaited;

        private final CompletableFuture<Void> over = new CompletableFuture<>();

        /** As which message the will of the owner of this epoch would be published here. */
        private @Nullable Origin will;

        private long willEpoch;

        /** Published before its publisher knew of the move: goes first. */
        private final List<Mail> passedOn = new ArrayList<>();

        private final List<Mail> diverted = new ArrayList<>();

        Arrival(long epoch) {
            this.epoch = epoch;
        }

        private void ask(Peer from) {
            former = from;
            forgetHolder();
            diverting.clear();
            awaited = null;
            formerGone = new CompletableFuture<>();
        }

        /** It is not known (any more) that one that lives has it. */
        private void forgetHolder() {
            if (fromLiving.isDone()) {
                fromLiving = new CompletableFuture<>();
            }
        }

        /** Complete when the broker has it, or nothing came of it. */
        CompletableFuture<Void> over() {
            return over;
        }

        /** Complete when the one that is asked now has said that it has it; else never. */
        CompletableFuture<Void> fromLiving() {
            return fromLiving;
        }
    }

    private final Post post;
    private final Membership membership;
    private final Map<String, Arrival> arrivals = new HashMap<>();

    Arrivals(Post post, Membership membership) {
        this.post = post;
        this.membership = membership;
    }

    /**
     * From now on mail for the session is kept.
     *
     * @throws IllegalStateException if it is {@linkplain #underWay under way} already
     */
    void expect(String clientId, long epoch) {
        if (arrivals.putIfAbsent(clientId, new Arrival(epoch)) != null) {
            throw new IllegalStateException("'" + clientId + "' is on its way already");
        }
    }

    /**
     * A session that is expected may have left a will.
     *
     * @param formerEpoch whose will it is
     * @param origin as which message this node would publish it
     */
    void numberWill(String clientId, long formerEpoch, Origin origin) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival != null) {
            arrival.will = origin;
            arrival.willEpoch = formerEpoch;
        }
    }

    /** Complete when the session that is on its way here has come, or not; null if none is. */
    @Nullable CompletableFuture<Void> underWay(String clientId) {
        Arrival arrival = arrivals.get(clientId);
        return arrival == null ? null : arrival.over;
    }

    /** The session under this epoch or an earlier one, if it is on its way. */
    @Nullable Arrival expected(String clientId, long epoch) {
        Arrival arrival = arrivals.get(clientId);
        return arrival == null || arrival.epoch > epoch ? null : arrival;
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    boolean isExpected(String clientId) {
        return arrivals.containsKey(clientId);
    }

    /**
     * Asks an owner before to let an expected session go.
     *
     * @return complete when it did, and what others had sent here before they diverted its mail has
     *     come, or when it died: whether it did
     */
    CompletableFuture<Boolean> fetch(
            String clientId, Peer from, long formerEpoch, boolean discard) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival == null) {
            return CompletableFuture.completedFuture(false);
        }
        arrival.ask(from);
        if (!membership.members().contains(from)) {
            return CompletableFuture.completedFuture(false);
        }
        post.tell(
                from,
                Frames.RELINQUISH,
                new Frames.Claimed(
                                clientId,
                                formerEpoch,
                                arrival.epoch,
                                discard,
                                formerEpoch == arrival.willEpoch ? arrival.will : null)
                        .encoded());
        return arrival.formerGone;
    }

    /** The one that was asked has the session, and is going to let go of it. */
    void held(Peer from, Frames.Mark mark) {
        Arrival arrival = arrivals.get(mark.clientId());
        if (arrival != null && arrival.epoch == mark.epoch() && from.equals(arrival.former)) {
            arrival.fromLiving.complete(null);
        }
    }

    void relinquished(Peer from, Frames.LetGo letGo) {
        Arrival arrival = arrivals.get(letGo.clientId());
        if (arrival != null && arrival.epoch == letGo.epoch() && from.equals(arrival.former)) {
            Set<Peer> awaited = new HashSet<>();
            if (letGo.diverted()) {
                awaited.addAll(membership.members());
                awaited.removeAll(arrival.diverting);
                awaited.remove(from); // this is its word, behind all it had sent
            }
            arrival.awaited = awaited;
            check(arrival);
        }
    }

    /** A member diverts the mail of a session from here on. */
    void diverted(Peer from, Frames.Mark mark) {
        Arrival arrival = arrivals.get(mark.clientId());
        if (arrival != null && arrival.epoch == mark.epoch()) {
            arrival.diverting.add(from);
            if (arrival.awaited != null) {
                arrival.awaited.remove(from);
                check(arrival);
            }
        }
    }

    private static void check(Arrival arrival) {
        if (arrival.awaited != null && arrival.awaited.isEmpty()) {
            arrival.formerGone.complete(true);
        }
    }

    /** The sessions on their way of which it is not known that a node that lives has had them. */
    List<String> unknown() {
        List<String> found = new ArrayList<>();
        arrivals.forEach((clientId, arrival) -> {
            if (!arrival.fromLiving.isDone()) {
                found.add(clientId);
            }
        });
        return found;
    }

    /** Complete when a node that lives has said that it has the session, which is expected. */
    CompletableFuture<Void> held(String clientId) {
        Arrival arrival = arrivals.get(clientId);
        return arrival == null ? new CompletableFuture<>() : arrival.fromLiving;
    }

    /**
     * Complete when a session that is on its way has come, or not, or is known to come from a node
     * that lives; null if none is, or that is known. One that does is not waited for: that may wait
     * for those who ask.
     */
    @Nullable CompletableFuture<?> unknown(String clientId) {
        Arrival arrival = arrivals.get(clientId);
        return arrival == null || arrival.fromLiving.isDone()
                ? null
                : CompletableFuture.anyOf(arrival.over, arrival.fromLiving);
    }

    /** Keeps mail for a session that is {@linkplain #isExpected expected}. */
    void keep(Peer from, String clientId, Message message, Completion done) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival == null) {
            done.complete(null);
        } else if (from.equals(arrival.former)) {
            arrival.passedOn.add(new Mail(from, message, done));
        } else {
            arrival.diverted.add(new Mail(from, message, done));
        }
    }

    /** The broker was given the session: returns what came for it, in order. */
    List<Mail> arrived(String clientId) {
        Arrival arrival = arrivals.remove(clientId);
        if (arrival == null) {
            return List.of();
        }
        List<Mail> mail = new ArrayList<>(arrival.passedOn);
        mail.addAll(arrival.diverted);
        post.loop().execute(() -> arrival.over.complete(null));
        return mail;
    }

    /** Nothing came of the claim or adoption that was to have this epoch. */
    void failed(String clientId, long epoch, Refusal refusal) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival != null && arrival.epoch == epoch) {
            arrived(clientId).forEach(mail -> mail.done.complete(refusal));
        }
    }

    /** A member died: what was awaited from it will not come. */
    void departed(Peer peer) {
        for (Arrival arrival : List.copyOf(arrivals.values())) {
            if (arrival.awaited != null) {
                arrival.awaited.remove(peer);
                check(arrival);
            }
            if (peer.equals(arrival.former)) {
                arrival.forgetHolder();
                arrival.formerGone.complete(false);
            }
        }
    }
}
