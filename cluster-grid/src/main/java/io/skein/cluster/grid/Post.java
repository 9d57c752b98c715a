package io.skein.cluster.grid;

import io.netty.buffer.Unpooled;
import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.LinkReceiver;
import io.skein.cluster.link.NodeLinks;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends frames to nodes, this one included: what a node has to say to all it says to itself in the
 * same way. Lives on the loop.
 */
final class Post {
    private static final Logger LOG = LoggerFactory.getLogger(Post.class);

    private final Peer self;
    private final NodeLinks links;
    private final LinkReceiver receiver;
    private final Executor loop;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean inboxScheduled = new AtomicBoolean();

    Post(Peer self, NodeLinks links, LinkReceiver receiver) {
        this.self = self;
        this.links = links;
        this.receiver = receiver;
        loop = links.loop();
    }

    Peer self() {
        return self;
    }

    Executor loop() {
        return loop;
    }

    /**
     * Does something on the loop, after everything that was handed over before by the same thread:
     * at once where that is the loop itself. From any thread; cheaper than the loop's own queue,
     * for one wake-up serves many.
     */
    void handOver(Runnable work) {
        if (takesAtOnce()) {
            doOne(work);
            return;
        }
        inbox.add(work);
        if (!inboxScheduled.get() && inboxScheduled.compareAndSet(false, true)) {
            loop.execute(this::doHandedOver);
        }
    }

    /** Whether what is handed over now is done before {@link #handOver} returns. */
    boolean takesAtOnce() {
        return links.isOnLoop() && inbox.isEmpty();
    }

    /** Does what was handed over so far. On the loop. */
    void doHandedOver() {
        inboxScheduled.set(false);
        for (Runnable work = inbox.poll(); work != null; work = inbox.poll()) {
            doOne(work);
        }
    }

    private static void doOne(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            LOG.error("Work for the grid failed", bug);
        }
    }

    void send(Peer to, int kind, byte[] body, Urgency urgency, LinkCompletion done) {
        if (!to.equals(self)) {
            links.send(to, kind, body, urgency, done);
            return;
        }
        Completion answered = refusal -> loop.execute(() -> done.answered(refusal));
        loop.execute(() -> receiver.receive(self, kind, Unpooled.wrappedBuffer(body), answered));
    }

    /** Asks a node for something; one that dies has answered. */
    void ask(Peer to, int kind, byte[] body, Completion done) {
        send(
                to,
                kind,
                body,
                Urgency.CONTROL,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        done.complete(refusal);
                    }

                    @Override
                    public void lost() {
                        done.complete(null);
                    }
                });
    }

    /** Says something to nodes that may fail to hear it only by dying. */
    void tell(Collection<Peer> to, int kind, byte[] body) {
        to.forEach(peer -> tell(peer, kind, body));
    }

    void tell(Peer to, int kind, byte[] body) {
        send(to, kind, body, Urgency.CONTROL, LinkCompletion.IGNORED);
    }
}
