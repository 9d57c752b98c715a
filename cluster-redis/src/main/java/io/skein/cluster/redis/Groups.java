package io.skein.cluster.redis;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the node whose member of a group gets a message. Lives on the loop. */
final class Groups {
    private final RoutingTable routes;
    private final Questions questions;
    private final String self;
    private int turn;

    Groups(RoutingTable routes, Questions questions, String self) {
        this.routes = routes;
        this.questions = questions;
        this.self = self;
    }

    /**
     * Sends a message to one member.
     *
     * @param nobody the outcome where there is none
     */
    void send(Message message, TopicFilter share, @Nullable Refusal nobody, Completion done) {
        send(message, share, nobody, new HashSet<>(), done);
    }

    private void send(
            Message message,
            TopicFilter share,
            @Nullable Refusal nobody,
            Set<String> asked,
            Completion done) {
        List<String> nodes =
                new ArrayList<>(
                        routes.match(message.topic()).members().getOrDefault(share, List.of()));
        nodes.removeAll(asked);
        if (nodes.isEmpty()) {
            done.complete(nobody);
            return;
        }
        String chosen = nodes.get(Math.floorMod(turn++, nodes.size()));
        asked.add(chosen);
        questions.ask(
                chosen,
                number -> new Parcel.Shared(self, number, share, message),
                new Questions.Answered() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        if (refusal != null
                                && refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                            lost();
                        } else {
                            done.complete(refusal);
                        }
                    }

                    @Override
                    public void lost() {
                        send(message, share, nobody, asked, done);
                    }
                });
    }
}
