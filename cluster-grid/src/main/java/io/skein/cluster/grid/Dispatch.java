package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
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
            ServedHere servedHere,
            Completion done) {}

    /** Which part of a message one node gets; groups are served apart. */
    private static final class Draft {
        boolean everyone;
        final List<String> sessions = new ArrayList<>();

        boolean isPlain() {
            return everyone && sessions.isEmpty();
        }
    }

    /** What may wait for the loop. */
    private static final long WAITING_BYTES_LIMIT = 64L << 20;

    private final Post post;
    private final RoutingTable routing;
    private final Departures departures;
    private final Deliveries deliveries;
    private final Leaves leaves;
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong waitingBytes = new AtomicLong();
    private int turn;
    private final Unanswered unanswered = new Unanswered();

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

    /** QoS 0 messages that a node did not get: too far behind, or lost. From any thread. */
    long dropped() {
        return dropped.sum();
    }

    /** Takes a message from the broker. From any thread; those of one thread stay in order. */
    void publish(Message message, GridInterest interest, ServedHere servedHere, Completion done) {
        byte[] body = Frames.published(message);
        if (waitingBytes.addAndGet(body.length) > WAITING_BYTES_LIMIT) {
            waitingBytes.addAndGet(-body.length);
            if (message.qos() == QoS.AT_MOST_ONCE) {
                dropped.increment();
                done.complete(null);
            } else {
                done.complete(
                        new Refusal(ReasonCode.SERVER_BUSY, "too many messages wait to be sent"));
            }
            return;
        }
        Publication publication = new Publication(message, body, interest, servedHere, done);
        post.handOver(() -> {
            waitingBytes.addAndGet(-body.length);
            dispatch(publication);
        });
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
        Origin origin = nextOrigin();
        Frames.number(publication.body(), origin);
        Outcome outcome = new Outcome(post, answering(origin, publication.done()));
        for (Peer node : nodes) {
            Draft draft = new Draft();
            draft.everyone = true;
            send(publication, origin, node, draft, outcome.more());
        }
        outcome.complete(null);
    }

    private Origin nextOrigin() {
        return new Origin(
                post.self().node(), post.self().incarnation(), unanswered.next(), unanswered.all());
    }

    private Completion answering(Origin origin, Completion done) {
        return refusal -> {
            unanswered.answered(origin.ordinal());
            done.complete(refusal);
        };
    }

    private void sendParcels(Publication publication, GridInterest interest) {
        Map<Peer, Draft> drafts = new LinkedHashMap<>();
        for (Peer node : interest.nodes()) {
            drafts.computeIfAbsent(node, key -> new Draft()).everyone = true;
        }
        Completion done =
                publication.message().qos() == QoS.AT_MOST_ONCE
                        ? Completion.IGNORED
                        : publication.done();
        Origin origin = nextOrigin();
        Frames.number(publication.body(), origin);
        Outcome outcome = new Outcome(post, answering(origin, done));
        for (Destination.Diversion diversion : interest.diversions()) {
            divert(publication, diversion, drafts, outcome);
        }
        drafts.forEach((node, draft) -> send(publication, origin, node, draft, outcome.more()));
        for (TopicFilter share : interest.shares().keySet()) {
            if (!publication.servedHere().serves(share)) {
                sendShare(publication.message(), share, Set.of(), null, outcome.more());
            }
        }
        outcome.complete(null);
    }

    private void divert(
            Publication publication,
            Destination.Diversion diversion,
            Map<Peer, Draft> drafts,
            Outcome outcome) {
        Message message = publication.message();
        String session = diversion.clientId();
        if (message.qos() != QoS.AT_MOST_ONCE) {
            Completion part = outcome.part();
            if (leaves.keepOwn(diversion, message, part)) {
                return;
            }
            part.complete(null);
        }
        if (diversion.node().equals(post.self())) {
            deliveries.ownMail(session, publication, outcome.part());
        } else {
            drafts.computeIfAbsent(diversion.node(), key -> new Draft()).sessions.add(session);
        }
    }

    private void send(
            Publication publication, Origin origin, Peer node, Draft draft, Outcome outcome) {
        Message message = publication.message();
        boolean plain = draft.isPlain();
        byte[] body =
                plain
                        ? publication.body()
                        : new Frames.Parcel(
                                        message.from(origin),
                                        draft.everyone,
                                        List.of(),
                                        draft.sessions)
                                .encoded();
        post.send(
                node,
                plain ? Frames.PUBLISH : Frames.PARCEL,
                body,
                message.qos() == QoS.AT_MOST_ONCE ? Urgency.EXPENDABLE : Urgency.ASSURED,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        outcome.complete(refusal);
                    }

                    @Override
                    public void lost() {
                        departures.lost(node, message.from(origin), outcome);
                    }
                });
    }

    /**
     * Sends a message to one node that has a member of the group, to each in its turn. To another
     * one if that has no member any more, or died; to nobody if there is none left. Where all that
     * are left have died, to whoever adopts their sessions.
     *
     * @param nobody the outcome then
     */
    private void sendShare(
            Message message,
            TopicFilter share,
            Set<Peer> tried,
            @Nullable Refusal nobody,
            Outcome outcome) {
        List<Peer> nodes = routing.find(message.topic()).shares().getOrDefault(share, List.of());
        List<Peer> live = new ArrayList<>(nodes);
        live.removeIf(node -> departures.isDeparting(node) || tried.contains(node));
        boolean assured = message.qos() != QoS.AT_MOST_ONCE;
        if (live.isEmpty() && assured && !tried.contains(post.self())) {
            live.add(post.self()); // a member may have come here since the broker looked
        }
        if (live.isEmpty()) {
            if (assured && nodes.stream().anyMatch(departures::isDeparting)) {
                departures.hold(
                        message.payload().length,
                        () -> sendShare(message, share, Set.of(), nobody, outcome),
                        outcome);
            } else {
                outcome.complete(nobody);
            }
            return;
        }
        Peer chosen = live.get(Math.floorMod(turn++, live.size()));
        Set<Peer> next = new HashSet<>(tried);
        next.add(chosen);
        post.send(
                chosen,
                Frames.PARCEL,
                new Frames.Parcel(message, false, List.of(share), List.of()).encoded(),
                assured ? Urgency.ASSURED : Urgency.EXPENDABLE,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        if (refusal != null
                                && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                            sendShare(message, share, next, nobody, outcome);
                        } else {
                            outcome.complete(refusal);
                        }
                    }

                    @Override
                    public void lost() {
                        sendShare(message, share, next, nobody, outcome);
                    }
                });
    }

    /** Sends a message whose member of a group is gone to another node. From any thread. */
    void handOn(Message message, TopicFilter share, Completion done) {
        Refusal nobody =
                new Refusal(ReasonCode.NO_MATCHING_SUBSCRIBERS, "no node has a member of " + share);
        post.handOver(() -> {
            Outcome outcome = new Outcome(post, done);
            sendShare(message, share, Set.of(), nobody, outcome.more());
            outcome.complete(null);
        });
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
