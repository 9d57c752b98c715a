package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses the node whose member of a group gets a message. Lives on the loop. */
final class Groups {
    /** How soon it is looked again for a member that is on its way from node to node. */
    private static final long RETRY_MILLIS = 20;

    /** When a node that has a member by its routes, and none by its word, is not believed. */
    private static final long NANOS_LIMIT = TimeUnit.SECONDS.toNanos(10);

    private final Post post;
    private final RoutingTable routing;
    private final Departures departures;
    private final Deliveries deliveries;
    private final Origins origins;
    private int turn;

    Groups(
            Post post,
            RoutingTable routing,
            Departures departures,
            Deliveries deliveries,
            Origins origins) {
        this.post = post;
        this.routing = routing;
        this.departures = departures;
        this.deliveries = deliveries;
        this.origins = origins;
    }

    /** Sends a message to one member. */
    void send(Message message, TopicFilter filter, Completion done) {
        send(message, filter, null, done);
    }

    private void send(
            Message message, TopicFilter filter, @Nullable Refusal nobody, Completion done) {
        if (message.qos() == QoS.AT_MOST_ONCE) {
            sendShare(new Share(message, filter, nobody, done, 0, 0), Set.of());
            return;
        }
        // A number of its own: who has had it by another subscription has not had it for the group.
        Origin origin = origins.next();
        Message numbered = message.from(origin);
        Completion answered = origins.answering(origin, done);
        long now = System.nanoTime();
        sendShare(new Share(numbered, filter, nobody, answered, 0, now), Set.of());
    }

    /**
     * Sends a message whose member here is gone to another: under its number where it has one, for
     * whoever asks whether somebody has had it does not know of another number.
     *
     * @param nobody the outcome where there is none
     */
    void handOn(Message message, TopicFilter filter, Refusal nobody, Completion done) {
        if (message.origin() == null) {
            send(message, filter, nobody, done);
        } else {
            Share share = new Share(message, filter, nobody, done, 0, System.nanoTime());
            sendShare(share, Set.of());
        }
    }

    /** Sends a message to one member under the number that it has got already. */
    void sendNumbered(Message message, Origin origin, TopicFilter filter, Completion done) {
        sendShare(numbered(message, origin, filter, done), Set.of());
    }

    /** The same, unless a member has had it as the same one. */
    void sendAgain(Message message, TopicFilter filter, Completion done) {
        Origin origin = message.origin();
        if (origin == null) {
            send(message, filter, done);
        } else {
            sendAgain(numbered(message, origin, filter, done));
        }
    }

    private void sendAgain(Share share) {
        if (departures.isUnderWay()) { // whose members have had it is known afterwards
            int length = share.message().payload().length;
            departures.hold(length, () -> sendAgain(share), share.done());
        } else {
            inquire(share);
        }
    }

    private Share numbered(Message message, Origin origin, TopicFilter filter, Completion done) {
        Message forGroup = message.from(origin.forGroup(filter));
        long epoch = deliveries.epoch(message.publisherId());
        return new Share(forGroup, filter, null, done, epoch, System.nanoTime());
    }

    /**
     * A message for one member of a group.
     *
     * @param nobody the outcome where there is none; null unless it is handed on
     * @param epoch of the session that has published it, and publishes it again wherever it is by
     *     then; 0 where that is not so
     */
    private record Share(
            Message message,
            TopicFilter filter,
            @Nullable Refusal nobody,
            Completion done,
            long epoch,
            long sinceNanos) {
        boolean isAssured() {
            return message.qos() != QoS.AT_MOST_ONCE;
        }
    }

    /**
     * Sends a message to one node that has a member of the group, to each in its turn. To another
     * one if that has no member any more; to nobody if there is none left. Where all that are left
     * have died, to whoever adopts their sessions. A node has a member by its routes until the next
     * owner of that session has one: meanwhile it is tried again.
     */
    private void sendShare(Share share, Set<Peer> tried) {
        Message message = share.message();
        if (share.epoch() != 0 && share.epoch() != deliveries.epoch(message.publisherId())) {
            share.done().complete(Refusal.fenced(message.publisherId())); // its next owner sends it
            return;
        }
        List<Peer> nodes =
                routing.find(message.topic()).shares().getOrDefault(share.filter(), List.of());
        List<Peer> live = new ArrayList<>(nodes);
        live.removeIf(node -> departures.isDeparting(node) || tried.contains(node));
        if (live.isEmpty() && share.isAssured() && !tried.contains(post.self())) {
            live.add(post.self()); // a member may have come here since the broker looked
        }
        if (live.isEmpty()) {
            if (share.isAssured() && nodes.stream().anyMatch(departures::isDeparting)) {
                departures.hold(
                        message.payload().length, () -> sendShare(share, Set.of()), share.done());
            } else if (share.isAssured()
                    && !nodes.isEmpty()
                    && System.nanoTime() - share.sinceNanos() < NANOS_LIMIT) {
                CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                        .execute(() -> sendShare(share, Set.of()));
            } else {
                share.done().complete(share.nobody());
            }
            return;
        }
        Peer chosen = live.get(Math.floorMod(turn++, live.size()));
        Set<Peer> next = new HashSet<>(tried);
        next.add(chosen);
        post.send(
                chosen,
                Frames.PARCEL,
                new Frames.Parcel(message, false, false, List.of(share.filter()), List.of())
                        .encoded(),
                share.isAssured() ? Urgency.ASSURED : Urgency.EXPENDABLE,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        if (refusal != null
                                && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                            sendShare(share, next);
                        } else {
                            share.done().complete(refusal);
                        }
                    }

                    @Override
                    public void lost() {
                        if (share.isAssured()) {
                            departures.whenAdopted(
                                    chosen,
                                    message.payload().length,
                                    () -> inquire(share),
                                    share.done());
                        } else {
                            sendShare(share, next);
                        }
                    }
                });
    }

    /** A member may have had the message. */
    private void inquire(Share share) {
        Origin origin = share.message().origin();
        if (origin == null) {
            sendShare(share, Set.of());
            return;
        }
        Consumer<Boolean> then =
                had -> {
                    if (had) {
                        share.done().complete(null);
                    } else {
                        sendShare(share, Set.of());
                    }
                };
        if (share.nobody() == null) {
            Inquiry.ask(post, departures, origin, then, share.done());
        } else { // this node takes it for served: by the member that is gone
            Inquiry.askOthers(post, departures, origin, then, share.done());
        }
    }
}
