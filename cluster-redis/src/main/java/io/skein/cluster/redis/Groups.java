package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which node's member of a group gets a message. The message is put into the inbox of that node and
 * stays there until a member has it in its queue; where the node has no member any more it passes
 * it on, and where it is gone those who adopt its sessions do. So it is in one place at every
 * moment. Lives on the loop.
 */
final class Groups {
    private static final long AGAIN_MILLIS = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final SharedTable table;
    private final RoutingTable routes;
    private final Appender appender;
    private final String self;
    private final Predicate<String> isLive;
    private int turn;

    Groups(
            Redis redis,
            EventLoop loop,
            Names names,
            SharedTable table,
            RoutingTable routes,
            Appender appender,
            String self,
            Predicate<String> isLive) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.table = table;
        this.routes = routes;
        this.appender = appender;
        this.self = self;
        this.isLive = isLive;
    }

    /**
     * The node that gets the next message of a group; null where none has a member. Nodes that are
     * gone are chosen where no others are: what they have not taken is seen to.
     */
    @Nullable String choose(RoutingTable.Found found, TopicFilter share) {
        List<String> nodes = found.members().getOrDefault(share, List.of());
        List<String> live = nodes.stream().filter(isLive).toList();
        return next(live.isEmpty() ? nodes : live);
    }

    private @Nullable String next(List<String> nodes) {
        return nodes.isEmpty() ? null : nodes.get(Math.floorMod(turn++, nodes.size()));
    }

    /** Another node for it. */
    private @Nullable String chooseOther(RoutingTable.Found found, TopicFilter share) {
        List<String> nodes = new ArrayList<>(found.members().getOrDefault(share, List.of()));
        nodes.remove(self);
        List<String> live = nodes.stream().filter(isLive).toList();
        return next(live.isEmpty() ? nodes : live);
    }

    /** Sends a message when a node has a member again: all members are on their way. */
    void sendLater(Message message, TopicFilter share, Completion done) {
        sendLater(message, share, System.nanoTime(), done);
    }

    private void sendLater(Message message, TopicFilter share, long since, Completion done) {
        loop.schedule(() -> send(message, share, since, done), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void send(Message message, TopicFilter share, long since, Completion done) {
        RoutingTable.Found found = routes.match(message.topic());
        String node = choose(found, share);
        if (node == null && !found.groups().contains(share)) {
            done.complete(null); // the last member has left
        } else if (System.nanoTime() - since > PATIENCE_NANOS) {
            verify(share);
            done.complete(Refusal.unavailable("no member of " + share + " can be reached"));
        } else if (node == null) {
            sendLater(message, share, since, done);
        } else {
            put(message, share, node, since, done);
        }
    }

    private void put(Message message, TopicFilter share, String node, long since, Completion done) {
        append(node, new Parcel.Shared(share, message))
                .whenCompleteAsync(
                        (outcome, failure) -> {
                            if (failure != null) {
                                done.complete(Refusals.of(failure));
                            } else if (outcome == Appender.GONE) {
                                sendLater(message, share, since, done);
                            } else {
                                done.complete(outcome == 0 ? null : PublishCall.nodeIsFull());
                            }
                        },
                        loop);
    }

    private CompletableFuture<Long> append(String node, Parcel.Shared parcel) {
        boolean kept = parcel.message().qos() != QoS.AT_MOST_ONCE;
        return appender.append(
                Names.node(node), List.of(new Appender.Piece(kept, parcel.encoded())));
    }

    /** See {@link io.skein.cluster.Cluster#handOn}: nobody here has a member. */
    void handOn(Message message, TopicFilter share, Completion done) {
        RoutingTable.Found found = routes.match(message.topic());
        String node = chooseOther(found, share);
        if (node != null) {
            put(message, share, node, System.nanoTime(), done);
        } else if (found.groups().contains(share) && message.qos() != QoS.AT_MOST_ONCE) {
            sendLater(message, share, done);
        } else {
            done.complete(
                    new Refusal(
                            ReasonCode.NO_MATCHING_SUBSCRIBERS,
                            "no node has a member of " + share));
        }
    }

    /**
     * Passes on what is in the inbox of this node, which has no member (any more).
     *
     * @param out told once
     */
    void passOn(long number, Parcel.Shared parcel, Passed out) {
        RoutingTable.Found found = routes.match(parcel.message().topic());
        String node = chooseOther(found, parcel.filter());
        if (node != null) {
            move(number, parcel, node)
                    .whenCompleteAsync(
                            (outcome, failure) -> {
                                if (failure != null || outcome == Appender.GONE) {
                                    staysAWhile(out);
                                } else {
                                    out.moved();
                                }
                            },
                            loop);
        } else if (found.groups().contains(parcel.filter())) {
            verify(parcel.filter());
            staysAWhile(out);
        } else {
            out.unwanted();
        }
    }

    private void staysAWhile(Passed out) {
        loop.schedule(out::stays, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Removes members of a group whose sessions are over: their owner was killed in between. */
    private void verify(TopicFilter share) {
        routes.ofGroup(share)
                .forEach((clientId, route) ->
                        redis.commands()
                                .hexists(
                                        Args.bytes(names.record(Names.session(clientId))),
                                        Args.bytes("k"))
                                .toCompletableFuture()
                                .thenAccept(isKept -> {
                                    if (!isKept) {
                                        table.change(
                                                SharedTable.removeIf(
                                                        route.field(), Args.bytes(route.value())));
                                    }
                                }));
    }

    /** What came of a message that was passed on. */
    interface Passed {
        /** It is with another node. */
        void moved();

        /** Nobody wants it: it is to be deleted. */
        void unwanted();

        /** It has come to nobody yet; perhaps there is a member here by now. */
        void stays();
    }

    private CompletableFuture<Long> move(long number, Parcel.Shared parcel, String node) {
        String label = Names.node(node);
        String own = names.inbox(Names.node(self));
        if (redis.isCluster()) {
            return append(node, parcel)
                    .thenCompose(outcome ->
                            outcome == Appender.GONE
                                    ? CompletableFuture.completedFuture(outcome)
                                    : redis.commands()
                                            .hdel(
                                                    Args.bytes(own),
                                                    Args.bytes(Long.toString(number)))
                                            .toCompletableFuture());
        }
        return redis.number(
                "skein_pass",
                Args.of(own, names.record(label), names.inbox(label)),
                new Args().add(number).add(label).add(names.wakes()).add(parcel.encoded()));
    }
}
