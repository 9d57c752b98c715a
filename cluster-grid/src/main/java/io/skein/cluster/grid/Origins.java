package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Origin;
import io.skein.cluster.link.Peer;

/** Says which one each message is that this node publishes. Lives on the loop. */
final class Origins {
    private final Peer self;
    private final Unanswered unanswered = new Unanswered();

    Origins(Peer self) {
        this.self = self;
    }

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
}
