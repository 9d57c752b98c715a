package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** What this node has asked of others and is not answered. Lives on the loop. */
final class Questions {
    /** Told once. */
    interface Answered {
        void answered();

        /** The node that was asked is gone; it may have done what was asked or not. */
        void lost();
    }

    private record Open(String node, Answered answered) {}

    private final Appender appender;
    private final EventLoop loop;
    private final Map<Long, Open> open = new HashMap<>();
    private long number;

    Questions(Appender appender, EventLoop loop) {
        this.appender = appender;
        this.loop = loop;
    }

    /** Asks a node; the question is made for the number it has. */
    void ask(String node, LongFunction<Parcel> question, Answered answered) {
        long asked = ++number;
        open.put(asked, new Open(node, answered));
        put(node, question.apply(asked))
                .whenCompleteAsync(
                        (dropped, failure) -> {
                            if (failure != null || dropped != 0) {
                                lost(asked);
                            }
                        },
                        loop);
    }

    /** Answers a node. */
    void answer(String node, long asked) {
        put(node, new Parcel.Answer(asked));
    }

    private CompletableFuture<Long> put(String node, Parcel parcel) {
        return appender.append(
                Names.node(node), List.of(new Appender.Piece(true, parcel.encoded())));
    }

    void answered(Parcel.Answer answer) {
        Open asked = open.remove(answer.number());
        if (asked != null) {
            asked.answered.answered();
        }
    }

    private void lost(long asked) {
        Open lost = open.remove(asked);
        if (lost != null) {
            lost.answered.lost();
        }
    }

    /** A node is gone. */
    void departed(String node) {
        for (Map.Entry<Long, Open> one : List.copyOf(open.entrySet())) {
            if (one.getValue().node.equals(node)) {
                lost(one.getKey());
            }
        }
    }
}
