package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Origin;
import io.skein.cluster.link.Peer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Says which one each message is that this node publishes. Lives on the loop, but for {@link
 * #next}.
 */
final class Origins {
    /** How long a session that has gone elsewhere may take to publish its messages again. */
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Peer self;
    private final Unanswered unanswered = new Unanswered();

    /** Those that are kept with a packet id, and since when; the first of them is not answered. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    private record Kept(long ordinal, long sinceNanos) {}

    Origins(Peer self) {
        this.self = self;
    }

    /** From any thread. */
    Origin next() {
        return new Origin(self.node(), self.incarnation(), unanswered.next(), unanswered.all());
    }

    /** A message is not sent again once it is answered. */
    Completion answering(Origin origin, Completion done) {
        return refusal -> {
            unanswered.answered(origin.ordinal());
            done.complete(refusal);
        };
    }

    /** A message may be published again as long as its number is kept with a packet id. */
    void keep(Origin origin) {
        if (isOfThisNode(origin)) {
            long now = System.nanoTime();
            kept.add(new Kept(origin.ordinal(), now));
            while (now - kept.element().sinceNanos() > KEPT_NANOS) {
                unanswered.answered(kept.remove().ordinal());
            }
        }
    }

    /** A message that was kept with a packet id is not published again. */
    void over(Origin origin) {
        if (isOfThisNode(origin)) {
            unanswered.answered(origin.ordinal());
            while (!kept.isEmpty() && kept.element().ordinal() <= unanswered.all()) {
                kept.remove();
            }
        }
    }

    private boolean isOfThisNode(Origin origin) {
        return origin.life() == self.incarnation() && origin.node().equals(self.node());
    }
}
