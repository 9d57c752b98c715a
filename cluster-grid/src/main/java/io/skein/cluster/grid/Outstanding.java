package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages of this node's clients that not all others have answered: what is sent again to the
 * sessions of those that die. Lives on the loop.
 */
final class Outstanding {
    /** Before the first and behind the last of them: a ring, for it changes with every message. */
    private final Place ends = new Place();

    private static class Place {
        Place before = this;
        Place after = this;
    }

    private static final class One extends Place implements Completion {
        final TopicName topic;
        final Origin origin;
        final ServedHere servedHere;
        final Completion done;

        One(Message message, Origin origin, ServedHere servedHere, Completion done) {
            this.topic = message.topic();
            this.origin = origin;
            this.servedHere = servedHere;
            this.done = done;
        }

        @Override
        public void complete(@Nullable Refusal refusal) {
            before.after = after;
            after.before = before;
            done.complete(refusal);
        }
    }

    /**
     * A message is about to be sent.
     *
     * @param servedHere whom this node's broker has given it
     * @return to be completed once, when all have answered
     */
    Completion add(Message message, Origin origin, ServedHere servedHere, Completion done) {
        One one = new One(message, origin, servedHere, done);
        one.before = ends.before;
        one.after = ends;
        ends.before.after = one;
        ends.before = one;
        return one;
    }

    /** Which of those to these topics the session of a client has from this node's broker. */
    List<Origin> had(String clientId, Predicate<TopicName> topics) {
        List<Origin> had = new ArrayList<>();
        for (Place place = ends.after; place instanceof One one; place = one.after) {
            if (topics.test(one.topic) && one.servedHere.reaches(clientId)) {
                had.add(one.origin);
            }
        }
        return had;
    }
}
