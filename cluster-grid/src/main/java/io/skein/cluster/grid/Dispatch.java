package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends what this node's clients publish to the nodes that want it. Who wants it is decided on the
 * loop, where moves and departures are taken note of too: a message is sent wholly before or wholly
 * after such an event.
 */
final class Dispatch {
    /**
     * A message on its way out.
     *
     * @param body the message as it travels
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Publication(
            Message message,
            byte[] body,
            GridInterest interest,
            List<TopicFilter> sharesServedHere,
            Completion done) {}

    /** Which part of a message one node gets. */
    private static final class Draft {
        boolean everyone;
        final List<TopicFilter> shares = new ArrayList<>();
        final List<String> sessions = new ArrayList<>();

        boolean isPlain() {
            return everyone && shares.isEmpty() && sessions.isEmpty();
        }
    }

    private final Post post;
    private final RoutingTable routing;
    private final Departures departures;
    private final Deliveries deliveries;
    private final Leaves leaves;
    private final Queue<Publication> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private int turn;

    Dispatch(
            Post post,
            RoutingTable routing,
            Departures departures,
            Deliveries deliveries,
            Leaves leaves) {
        this.post = post;
        this.routing = routing;
        this.departures = departures;
        this.deliveries = deliveries;
        this.leaves = leaves;
    }

    /** QoS 0 messages that a node did not get because it was too far behind. From any thread. */
    long dropped() {
        return dropped.sum();
    }

    /** Takes a message from the broker. From any thread; those of one thread stay in order. */
    void publish(
            Message message,
            GridInterest interest,
            List<TopicFilter> sharesServedHere,
            Completion done) {
        queue.add(
                new Publication(
                        message,
                        Frames.encoded(message),
                        interest,
                        List.copyOf(sharesServedHere),
                        done));
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            post.loop().execute(this::drain);
        }
    }

    private void drain() {
        scheduled.set(false);
        for (Publication one = queue.poll(); one != null; one = queue.poll()) {
            dispatch(one);
        }
    }

    /** Decides who gets it. On the loop. */
    void dispatch(Publication publication) {
        Message message = publication.message();
        GridInterest interest = publication.interest();
        if (interest.version() != routing.version()) {
            interest = routing.find(message.topic());
        }
        if (message.qos() == QoS.AT_MOST_ONCE) {
            publication.done().complete(null);
        } else if (departures.concern(interest)) {
            departures.hold(publication);
            return;
        }
        if (interest.shares().isEmpty() && interest.diversions().isEmpty()) {
            sendPlain(publication, interest.nodes());
        } else {
            sendParcels(publication, interest);
        }
    }

    private void sendPlain(Publication publication, Set<Peer> nodes) {
        if (publication.message().qos() == QoS.AT_MOST_ONCE) {
            for (Peer node : nodes) {
                post.send(
                        node,
                        Frames.PUBLISH,
                        publication.body(),
                        Urgency.EXPENDABLE,
                        new Expendable());
            }
            return;
        }
        Outcome outcome = new Outcome(post, publication.done());
        for (Peer node : nodes) {
            Draft draft = new Draft();
            draft.everyone = true;
            send(publication, node, draft, outcome.more());
        }
        outcome.complete(null);
    }

    private void sendParcels(Publication publication, GridInterest interest) {
        Map<Peer, Draft> drafts = new LinkedHashMap<>();
        for (Peer node : interest.nodes()) {
            drafts.computeIfAbsent(node, key -> new Draft()).everyone = true;
        }
        interest.shares()
                .forEach((share, nodes) -> {
                    Peer chosen = choose(share, nodes, publication, Set.of());
                    if (chosen != null) {
                        drafts.computeIfAbsent(chosen, key -> new Draft()).shares.add(share);
                    }
                });
        Completion done =
                publication.message().qos() == QoS.AT_MOST_ONCE
                        ? Completion.IGNORED
                        : publication.done();
        Outcome outcome = new Outcome(post, done);
        for (Destination.Diversion diversion : interest.diversions()) {
            divert(publication, diversion, drafts, outcome);
        }
        drafts.forEach((node, draft) -> send(publication, node, draft, outcome.more()));
        outcome.complete(null);
    }

    private void divert(
            Publication publication,
            Destination.Diversion diversion,
            Map<Peer, Draft> drafts,
            Outcome outcome) {
        Message message = publication.message();
        String session = diversion.clientId();
        boolean here = diversion.node().equals(post.self());
        if (message.qos() != QoS.AT_MOST_ONCE && leaves.of(session) != null && !here) {
            Completion part = outcome.part();
            if (leaves.keepOwn(session, message, part)) {
                return;
            }
            part.complete(null);
        }
        if (here) {
            deliveries.mail(post.self(), session, message, outcome.part());
        } else {
            drafts.computeIfAbsent(diversion.node(), key -> new Draft()).sessions.add(session);
        }
    }

    /** One node that has a member of the group; each in its turn. */
    private @Nullable Peer choose(
            TopicFilter share, List<Peer> nodes, Publication publication, Set<Peer> tried) {
        if (publication.sharesServedHere().contains(share)) {
            return null;
        }
        List<Peer> live = new ArrayList<>(nodes);
        live.removeIf(node -> departures.isDeparting(node) || tried.contains(node));
        return live.isEmpty() ? null : live.get(Math.floorMod(turn++, live.size()));
    }

    private void send(Publication publication, Peer node, Draft draft, Outcome outcome) {
        Message message = publication.message();
        boolean plain = draft.isPlain();
        byte[] body =
                plain
                        ? publication.body()
                        : new Frames.Parcel(message, draft.everyone, draft.shares, draft.sessions)
                                .encoded();
        post.send(
                node,
                plain ? Frames.PUBLISH : Frames.PARCEL,
                body,
                message.qos() == QoS.AT_MOST_ONCE ? Urgency.EXPENDABLE : Urgency.ASSURED,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        if (refusal != null
                                && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                            sendShares(publication, draft.shares, Set.of(node), outcome);
                        } else {
                            outcome.complete(refusal);
                        }
                    }

                    @Override
                    public void lost() {
                        departures.lost(node, message, outcome.more());
                        sendShares(publication, draft.shares, Set.of(node), outcome);
                    }
                });
    }

    /** Chooses again for groups whose chosen node had no member or died. */
    private void sendShares(
            Publication publication, List<TopicFilter> shares, Set<Peer> tried, Outcome outcome) {
        Map<TopicFilter, List<Peer>> candidates =
                shares.isEmpty() ? Map.of() : routing.find(publication.message().topic()).shares();
        for (TopicFilter share : shares) {
            Peer chosen =
                    choose(share, candidates.getOrDefault(share, List.of()), publication, tried);
            if (chosen != null) {
                Set<Peer> next = new HashSet<>(tried);
                next.add(chosen);
                Frames.Parcel parcel =
                        new Frames.Parcel(publication.message(), false, List.of(share), List.of());
                post.send(
                        chosen,
                        Frames.PARCEL,
                        parcel.encoded(),
                        Urgency.ASSURED,
                        new Reshare(publication, share, next, outcome.more()));
            }
        }
        outcome.complete(null);
    }

    /** What becomes of a message to one group. */
    private final class Reshare implements LinkCompletion {
        private final Publication publication;
        private final TopicFilter share;
        private final Set<Peer> tried;
        private final Outcome outcome;

        Reshare(Publication publication, TopicFilter share, Set<Peer> tried, Outcome outcome) {
            this.publication = publication;
            this.share = share;
            this.tried = tried;
            this.outcome = outcome;
        }

        @Override
        public void answered(@Nullable Refusal refusal) {
            if (refusal != null && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                lost();
            } else {
                outcome.complete(refusal);
            }
        }

        @Override
        public void lost() {
            sendShares(publication, List.of(share), tried, outcome);
        }
    }

    /** What becomes of a QoS 0 message. */
    private final class Expendable implements LinkCompletion {
        @Override
        public void answered(@Nullable Refusal refusal) {
            if (refusal != null) {
                dropped.increment();
            }
        }

        @Override
        public void lost() {
            dropped.increment();
        }
    }
}
