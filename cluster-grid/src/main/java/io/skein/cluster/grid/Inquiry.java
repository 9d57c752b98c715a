package io.skein.cluster.grid;

import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks members whether somebody has had a message for a group. Lives on the loop. */
final class Inquiry implements LinkCompletion {
    private final Consumer<Boolean> then;
    private boolean had;
    private int open = 1;

    private Inquiry(Consumer<Boolean> then) {
        this.then = then;
    }

    /**
     * Asks; one that dies knows nothing.
     *
     * @param then told when all have answered
     */
    static void ask(Post post, Collection<Peer> members, Origin origin, Consumer<Boolean> then) {
        Inquiry inquiry = new Inquiry(then);
        byte[] body = Frames.inquiry(origin);
        for (Peer member : members) {
            inquiry.open++;
            post.send(member, Frames.INQUIRY, body, Urgency.CONTROL, inquiry);
        }
        inquiry.closed();
    }

    @Override
    public void answered(@Nullable Refusal refusal) {
        had |= refusal == null;
        closed();
    }

    @Override
    public void lost() {
        closed();
    }

    private void closed() {
        if (--open == 0) {
            then.accept(had);
        }
    }
}
