package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the node whose member of a group gets a message. Lives on the loop. */
final class Groups {
    private static final long AGAIN_MILLIS = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final EventLoop loop;
    private final RoutingTable routes;
    private final Questions questions;
    private final String self;
    private final Predicate<String> isLive;
    private int turn;

    Groups(
            EventLoop loop,
            RoutingTable routes,
            Questions questions,
            String self,
            Predicate<String> isLive) {
        this.loop = loop;
        this.routes = routes;
        this.questions = questions;
        this.self = self;
        this.isLive = isLive;
    }

    /**
     * Sends a message to one member. Where the only members are on nodes that are gone, it waits
     * for those who adopt their sessions.
     *
     * @param nobody the outcome where there is none
     */
    void send(Message message, TopicFilter share, @Nullable Refusal nobody, Completion done) {
        new Sending(message, share, nobody, done).next();
    }

    /** A message on its way to one member. */
    private final class Sending implements Questions.Answered {
        private final Message message;
        private final TopicFilter share;
        private final @Nullable Refusal nobody;
        private final Completion done;
        private final long sinceNanos = System.nanoTime();
        private final Set<String> asked = new HashSet<>();
        private boolean isAwaited;

        Sending(Message message, TopicFilter share, @Nullable Refusal nobody, Completion done) {
            this.message = message;
            this.share = share;
            this.nobody = nobody;
            this.done = done;
        }

        void next() {
            List<String> nodes =
                    new ArrayList<>(
                            routes.match(message.topic()).members().getOrDefault(share, List.of()));
            nodes.removeAll(asked);
            isAwaited |= nodes.removeIf(isLive.negate());
            if (!nodes.isEmpty()) {
                String chosen = nodes.get(Math.floorMod(turn++, nodes.size()));
                asked.add(chosen);
                questions.ask(
                        chosen, number -> new Parcel.Shared(self, number, share, message), this);
            } else if (!isAwaited || message.qos() == QoS.AT_MOST_ONCE) {
                done.complete(nobody);
            } else if (System.nanoTime() - sinceNanos > PATIENCE_NANOS) {
                done.complete(Refusal.unavailable("no member of " + share + " can be reached"));
            } else {
                asked.clear();
                isAwaited = false;
                loop.schedule(this::next, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void answered(@Nullable Refusal refusal) {
            if (refusal != null && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                next();
            } else {
                done.complete(refusal);
            }
        }

        @Override
        public void lost() {
            isAwaited = true;
            next();
        }
    }
}
