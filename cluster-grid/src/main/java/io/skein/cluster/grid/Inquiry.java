package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks members whether somebody has had a message for a group. One that dies meanwhile may have
 * left something to those that have answered: all are asked anew when its sessions were adopted.
 * Lives on the loop.
 */
final class Inquiry {
    private final Post post;
    private final Departures departures;
    private final Origin origin;
    private final boolean selfToo;
    private final Consumer<Boolean> then;
    private final Completion refused;
    private boolean had;
    private @Nullable Peer died;
    private int open;

    private Inquiry(
            Post post,
            Departures departures,
            Origin origin,
            boolean selfToo,
            Consumer<Boolean> then,
            Completion refused) {
        this.post = post;
        this.departures = departures;
        this.origin = origin;
        this.selfToo = selfToo;
        this.then = then;
        this.refused = refused;
    }

    /**
     * Asks all, this node too.
     *
     * @param then told when all have answered
     * @param refused told instead if that cannot be waited for
     */
    static void ask(
            Post post,
            Departures departures,
            Origin origin,
            Consumer<Boolean> then,
            Completion refused) {
        new Inquiry(post, departures, origin, true, then, refused).ask();
    }

    /** The same, but that this node is not asked. */
    static void askOthers(
            Post post,
            Departures departures,
            Origin origin,
            Consumer<Boolean> then,
            Completion refused) {
        new Inquiry(post, departures, origin, false, then, refused).ask();
    }

    private void ask() {
        died = null;
        open = 1;
        byte[] body = Frames.inquiry(origin);
        Set<Peer> asked = new LinkedHashSet<>(departures.members());
        if (!selfToo) {
            asked.remove(post.self());
        }
        for (Peer member : asked) {
            open++;
            post.send(member, Frames.INQUIRY, body, Urgency.CONTROL, new Answer(member));
        }
        closed();
    }

    private final class Answer implements LinkCompletion {
        private final Peer member;

        Answer(Peer member) {
            this.member = member;
        }

        @Override
        public void answered(@Nullable Refusal refusal) {
            had |= refusal == null;
            closed();
        }

        @Override
        public void lost() {
            died = member;
            closed();
        }
    }

    private void closed() {
        if (--open > 0) {
            return;
        }
        if (died == null || had) {
            then.accept(had);
        } else {
            departures.whenAdopted(died, 0, this::ask, refused);
        }
    }
}
