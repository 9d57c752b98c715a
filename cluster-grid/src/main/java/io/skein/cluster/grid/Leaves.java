package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sessions on their way from this node to another. Lives on the loop. */
final class Leaves {
    /** A message of this node's clients, as the broker knows it and as which one it was sent. */
    private record Own(Message message, Origin origin, Completion done) {}

    /** A session on its way from here. Equal to itself only. */
    static final class Leave {
        private final String clientId;
        private final long epoch;
        private final Peer to;
        private final List<TopicFilter> filters;

        /** Whether the session ends with it. */
        private final boolean ends;

        /** Whose messages take the other way. */
        private final Set<Peer> diverted = new HashSet<>();

        /** What the broker has queued for it since it was claimed, by identity. */
        private final Set<Message> queued = Collections.newSetFromMap(new IdentityHashMap<>());

        /** What this node's clients have published for it since then. */
        private final List<Own> own = new ArrayList<>();

        private boolean released;
        private boolean told;

        /** How many messages are to be passed on that wait for other sessions still. */
        private int waiting;

        private Runnable handOver = () -> {};

        Leave(Frames.Claimed claimed, Peer to, List<TopicFilter> filters) {
            this.clientId = claimed.clientId();
            this.epoch = claimed.epoch();
            this.ends = claimed.discard();
            this.to = to;
            this.filters = filters;
        }

        String clientId() {
            return clientId;
        }

        /** The claimant before died: who had diverted to it diverts from it. */
        private void follow(Leave former) {
            diverted.addAll(former.diverted);
        }

        boolean wants(TopicName topic) {
            return filters.stream().anyMatch(filter -> filter.matches(topic));
        }

        /** Whether the broker is rid of it and everything it wrote is kept. */
        boolean isReleased() {
            return released;
        }

        /** A message waits that is to be passed on. */
        void awaits() {
            waiting++;
        }

        /** Whether messages of this node reach the next owner without being passed on. */
        boolean isDiverted(Peer from) {
            return diverted.contains(from);
        }
    }

    /**
     * How many of the last queued messages are remembered: a broker's thread queues first and
     * publishes next, and a claim may come between the two.
     */
    private static final int RECENT = 256;

    /** A message that was queued lately; it is not kept alive for that. */
    private static final class Recent extends WeakReference<Message> {
        private final String clientId;

        Recent(String clientId, Message message) {
            super(message);
            this.clientId = clientId;
        }
    }

    private final Post post;
    private final Membership membership;
    private final GridRoutes routes;
    private final Departures departures;
    private final Diversions diversions;
    private final LocalBroker broker;
    private final @Nullable Recent[] recent = new @Nullable Recent[RECENT];
    private int recentCount;
    private final Map<String, Leave> leaves = new HashMap<>();
    private final TopicTree<Leave> byFilter = new TopicTree<>(System.nanoTime());

    Leaves(
            Post post,
            Membership membership,
            GridRoutes routes,
            Departures departures,
            Diversions diversions,
            LocalBroker broker) {
        this.post = post;
        this.membership = membership;
        this.routes = routes;
        this.departures = departures;
        this.diversions = diversions;
        this.broker = broker;
    }

    boolean isEmpty() {
        return leaves.isEmpty();
    }

    /** Whether nobody waits for a session of this node any more: all were let go of. */
    boolean areOver() {
        return leaves.values().stream().allMatch(leave -> leave.told);
    }

    @Nullable Leave of(String clientId) {
        return leaves.get(clientId);
    }

    /** Sessions on their way that the message would be for. */
    Set<Leave> matching(TopicName topic) {
        Set<Leave> found = new LinkedHashSet<>();
        if (!leaves.isEmpty()) {
            byFilter.match(topic, found::add);
        }
        return found;
    }

    /** Begins: the mail of the session is sent after it from now on. */
    Leave begin(Peer claimant, Frames.Claimed claimed, List<TopicFilter> filters) {
        Leave former = leaves.remove(claimed.clientId());
        if (former != null) {
            end(former);
        }
        Leave leave = new Leave(claimed, claimant, filters);
        leaves.put(leave.clientId, leave);
        if (former != null) {
            leave.follow(former);
        }
        for (Recent one : recent) {
            Message message = one == null ? null : one.get();
            if (one != null && message != null && one.clientId.equals(leave.clientId)) {
                leave.queued.add(message);
            }
        }
        for (TopicFilter filter : filters) {
            byFilter.add(filter, leave);
            routes.pin(filter);
        }
        if (!filters.isEmpty()) {
            // This node's own mail at once: what its broker queues from now on is told apart.
            diversions.begin(move(leave));
            leave.diverted.add(post.self());
            Set<Peer> others = new LinkedHashSet<>(membership.members());
            others.remove(post.self());
            tellMove(others, leave);
        }
        return leave;
    }

    /**
     * Lets the broker forget it; call it when nothing is on its way to the session in the broker.
     *
     * @param released called on the loop when the log of the session is complete
     */
    void release(
            Leave leave, long formerEpoch, Deliveries.Sessions sessions, Consumer<Leave> released) {
        CompletionStage<Void> gone =
                leave.ends
                        ? broker.end(leave.clientId, formerEpoch)
                        : broker.relinquish(leave.clientId, formerEpoch);
        gone.whenCompleteAsync(
                (nothing, error) ->
                        sessions.release(leave.clientId, formerEpoch)
                                .whenCompleteAsync(
                                        (kept, failure) -> {
                                            leave.released = true;
                                            leave.handOver =
                                                    () ->
                                                            sessions.handOver(
                                                                    leave.clientId,
                                                                    formerEpoch,
                                                                    leave.to);
                                            sendOwn(leave, formerEpoch, sessions);
                                            released.accept(leave);
                                            check(leave);
                                        },
                                        post.loop()),
                post.loop());
    }

    private void sendOwn(Leave leave, long formerEpoch, Deliveries.Sessions sessions) {
        for (Own one : leave.own) {
            if (leave.queued.contains(one.message())) {
                sessions.had(leave.clientId, formerEpoch, one.origin());
                one.done().complete(null);
            } else {
                passOn(leave, one.message().from(one.origin()), one.done());
            }
        }
        leave.own.clear();
        leave.queued.clear();
    }

    /** The broker has queued a message for a session. */
    void queued(String clientId, Message message) {
        recent[recentCount++ & RECENT - 1] = new Recent(clientId, message);
        Leave leave = leaves.isEmpty() ? null : leaves.get(clientId);
        if (leave != null && !leave.released) {
            leave.queued.add(message);
        }
    }

    /**
     * A client of this node published for a session that is to leave: whether the broker has still
     * queued it is certain when the session is released.
     *
     * @return whether it was taken
     */
    boolean keepOwn(
            Destination.Diversion diversion, Message message, Origin origin, Completion done) {
        Leave leave = leaves.get(diversion.clientId());
        if (leave == null || leave.epoch != diversion.epoch() || leave.released) {
            return false;
        }
        leave.own.add(new Own(message, origin, done));
        return true;
    }

    /** Sends a message after its session that has waited. */
    void passOnAwaited(Leave leave, Message message, Completion done) {
        leave.waiting--;
        passOn(leave, message, done);
        check(leave);
    }

    /** Sends a message after its session. */
    void passOn(Leave leave, Message message, Completion done) {
        post.send(
                leave.to,
                Frames.PARCEL,
                new Frames.Parcel(message, false, false, List.of(), List.of(leave.clientId))
                        .encoded(),
                Urgency.CONTROL, // bounded by what others may send here
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        done.complete(refusal);
                    }

                    @Override
                    public void lost() {
                        departures.lostAfterSession(leave.to, leave.clientId, message, done);
                    }
                });
    }

    void diverted(Peer from, Frames.Mark mark) {
        Leave leave = leaves.get(mark.clientId());
        if (leave != null && leave.epoch == mark.epoch()) {
            leave.diverted.add(from);
            check(leave);
        }
    }

    private void check(Leave leave) {
        boolean allDiverted =
                leave.filters.isEmpty() || leave.diverted.containsAll(membership.members());
        if (leave.released && allDiverted && leave.waiting == 0 && !leave.told) {
            leave.told = true;
            leave.handOver.run();
            boolean diverted = !leave.filters.isEmpty();
            tellLetGo(leave.to, new Frames.LetGo(leave.clientId, leave.epoch, diverted));
        }
    }

    void tellLetGo(Peer claimant, Frames.LetGo letGo) {
        post.tell(claimant, Frames.RELINQUISHED, letGo.encoded());
    }

    private void tellMove(Set<Peer> to, Leave leave) {
        post.tell(to, Frames.DIVERT, move(leave).encoded());
    }

    private static Frames.Move move(Leave leave) {
        return new Frames.Move(leave.clientId, leave.epoch, leave.to, leave.filters);
    }

    /** The session is reached without this node, or is this node's again. */
    void end(String clientId, long epoch) {
        Leave leave = leaves.get(clientId);
        if (leave != null && leave.epoch <= epoch) {
            leaves.remove(clientId);
            end(leave);
        }
    }

    private void end(Leave leave) {
        for (TopicFilter filter : leave.filters) {
            byFilter.remove(filter, leave);
            routes.unpin(filter);
        }
    }

    void joined(Peer peer) {
        for (Leave leave : leaves.values()) {
            if (!leave.filters.isEmpty() && !peer.equals(post.self())) {
                tellMove(Set.of(peer), leave);
            }
        }
    }

    /** A member died: its mark is no longer awaited. */
    void departed() {
        List.copyOf(leaves.values()).forEach(this::check);
    }

    /** What was on its way to a dead node has other owners by now. */
    void forget(Peer peer) {
        for (Leave leave : List.copyOf(leaves.values())) {
            if (leave.to.equals(peer)) {
                end(leave.clientId, leave.epoch);
            }
        }
    }
}
