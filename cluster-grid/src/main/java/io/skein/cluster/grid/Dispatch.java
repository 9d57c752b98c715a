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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
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
        boolean again;
        final List<String> sessions = new ArrayList<>();

        boolean isPlain() {
            return everyone && !again && sessions.isEmpty();
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
    private final Origins origins;
    private final Outstanding outstanding;
    private final Standstill standstill;
    private final Groups groups;

    Dispatch(
            Post post,
            RoutingTable routing,
            Departures departures,
            Deliveries deliveries,
            Leaves leaves,
            Origins origins,
            Outstanding outstanding,
            Standstill standstill) {
        this.post = post;
        this.routing = routing;
        this.departures = departures;
        this.deliveries = deliveries;
        this.leaves = leaves;
        this.origins = origins;
        this.outstanding = outstanding;
        this.standstill = standstill;
        groups = new Groups(post, routing, departures, deliveries, origins);
    }

    /** QoS 0 messages that a node did not get: too far behind, or lost. From any thread. */
    long dropped() {
        return dropped.sum();
    }

    /** Takes a message from the broker. From any thread; those of one thread stay in order. */
    void publish(Message message, GridInterest interest, ServedHere servedHere, Completion done) {
        byte[] body = Frames.published(message);
        handOver(new Publication(message, body, interest, servedHere, done), this::dispatch);
    }

    /**
     * Takes a message that somebody may have had as the same one. From any thread.
     *
     * @param groupsHere groups that want it and have a member here
     */
    void publishAgain(Message message, List<TopicFilter> groupsHere, Completion done) {
        byte[] body = Frames.published(message);
        GridInterest interest = routing.find(message.topic());
        handOver(
                new Publication(message, body, interest, ServedHere.NOBODY, done),
                publication -> dispatchAgain(publication, groupsHere));
    }

    private void handOver(Publication publication, Consumer<Publication> then) {
        if (post.takesAtOnce() && !standstill.isBegun()) { // it does not wait for anything
            post.handOver(() -> then.accept(publication));
            return;
        }
        int length = publication.body().length;
        if (waitingBytes.addAndGet(length) > WAITING_BYTES_LIMIT) {
            waitingBytes.addAndGet(-length);
            if (publication.message().qos() == QoS.AT_MOST_ONCE) {
                dropped.increment();
                publication.done().complete(null);
            } else {
                publication
                        .done()
                        .complete(
                                new Refusal(
                                        ReasonCode.SERVER_BUSY,
                                        "too many messages wait to be sent"));
            }
            return;
        }
        post.handOver(() -> {
            Refusal refusal = standstill.refusal();
            if (refusal == null) {
                standstill.whenOver(() -> {
                    waitingBytes.addAndGet(-length);
                    then.accept(publication);
                });
            } else {
                waitingBytes.addAndGet(-length);
                publication.done().complete(refusal);
            }
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
        }
        if (message.origin() != null) {
            deliveries.servedByBroker(message.origin(), publication.servedHere());
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
        Origin origin = originOf(publication.message());
        Frames.number(publication.body(), origin);
        Outcome outcome = new Outcome(post, answering(publication, origin));
        for (Peer node : nodes) {
            Draft draft = new Draft();
            draft.everyone = true;
            send(publication, origin, node, draft, outcome.more());
        }
        outcome.complete(null);
    }

    private Origin originOf(Message message) {
        Origin given = message.origin();
        return given == null ? origins.next() : given;
    }

    /** A number that is kept with a packet id may be used again when all have answered. */
    private Completion answering(Publication publication, Origin origin) {
        Message message = publication.message();
        Completion done =
                message.qos() == QoS.AT_MOST_ONCE ? Completion.IGNORED : publication.done();
        Completion answered = message.origin() == null ? origins.answering(origin, done) : done;
        return message.qos() == QoS.AT_MOST_ONCE
                ? answered
                : outstanding.add(message, origin, publication.servedHere(), answered);
    }

    /** Sends a message to all, this node included, of whom some may have had it. */
    private void dispatchAgain(Publication publication, List<TopicFilter> groupsHere) {
        Message message = publication.message();
        Origin origin = originOf(message);
        GridInterest interest = routing.find(message.topic());
        Map<Peer, Draft> drafts = new LinkedHashMap<>();
        Set<Peer> nodes = new LinkedHashSet<>(interest.nodes());
        nodes.add(post.self());
        for (Peer node : nodes) {
            Draft draft = drafts.computeIfAbsent(node, key -> new Draft());
            draft.everyone = true;
            draft.again = true;
        }
        Outcome outcome = new Outcome(post, publication.done());
        for (Destination.Diversion diversion : interest.diversions()) {
            divert(publication, origin, diversion, drafts, outcome);
        }
        drafts.forEach((node, draft) -> send(publication, origin, node, draft, outcome.more()));
        Set<TopicFilter> shares = new LinkedHashSet<>(interest.shares().keySet());
        shares.addAll(groupsHere);
        for (TopicFilter share : shares) {
            groups.sendAgain(message, share, outcome.more());
        }
        outcome.complete(null);
    }

    private void sendParcels(Publication publication, GridInterest interest) {
        Map<Peer, Draft> drafts = new LinkedHashMap<>();
        for (Peer node : interest.nodes()) {
            drafts.computeIfAbsent(node, key -> new Draft()).everyone = true;
        }
        Origin origin = originOf(publication.message());
        Frames.number(publication.body(), origin);
        Outcome outcome = new Outcome(post, answering(publication, origin));
        for (Destination.Diversion diversion : interest.diversions()) {
            divert(publication, origin, diversion, drafts, outcome);
        }
        drafts.forEach((node, draft) -> send(publication, origin, node, draft, outcome.more()));
        for (TopicFilter share : interest.shares().keySet()) {
            if (!publication.servedHere().serves(share)) {
                sendShare(publication.message(), share, outcome.more());
            }
        }
        outcome.complete(null);
    }

    private void sendShare(Message message, TopicFilter share, Completion done) {
        Origin given = message.origin();
        if (given == null) {
            groups.send(message, share, done);
        } else {
            groups.sendNumbered(message, given, share, done);
        }
    }

    private void divert(
            Publication publication,
            Origin origin,
            Destination.Diversion diversion,
            Map<Peer, Draft> drafts,
            Outcome outcome) {
        Message message = publication.message();
        String session = diversion.clientId();
        if (message.qos() != QoS.AT_MOST_ONCE) {
            Completion part = outcome.part();
            if (leaves.keepOwn(diversion, message, origin, part)) {
                return;
            }
            part.complete(null);
        }
        if (diversion.node().equals(post.self())) {
            deliveries.ownMail(session, publication, origin, outcome.part());
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
                                        draft.again,
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
                        departures.lost(
                                node, message.from(origin), publication.servedHere(), outcome);
                    }
                });
    }

    /** Sends a message whose member of a group is gone to another node. From any thread. */
    void handOn(Message message, TopicFilter share, Completion done) {
        Refusal nobody =
                new Refusal(ReasonCode.NO_MATCHING_SUBSCRIBERS, "no node has a member of " + share);
        post.handOver(() -> standstill.whenOver(() -> groups.handOn(message, share, nobody, done)));
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
