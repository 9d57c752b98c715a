package io.skein.cluster.grid;

import io.netty.buffer.Unpooled;
import io.skein.cluster.Completion;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.LinkReceiver;
import io.skein.cluster.link.NodeLinks;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.Collection;
import java.util.concurrent.Executor;

/**
 * Sends frames to nodes, this one included: what a node has to say to all it says to itself in the
 * same way. Lives on the loop.
 */
final class Post {
    private final Peer self;
    private final NodeLinks links;
    private final LinkReceiver receiver;

    Post(Peer self, NodeLinks links, LinkReceiver receiver) {
        this.self = self;
        this.links = links;
        this.receiver = receiver;
    }

    Peer self() {
        return self;
    }

    Executor loop() {
        return links.loop();
    }

    void send(Peer to, int kind, byte[] body, Urgency urgency, LinkCompletion done) {
        if (!to.equals(self)) {
            links.send(to, kind, body, urgency, done);
            return;
        }
        Completion answered = refusal -> links.loop().execute(() -> done.answered(refusal));
        links.loop()
                .execute(
                        () -> receiver.receive(self, kind, Unpooled.wrappedBuffer(body), answered));
    }

    /** Says something to nodes that may fail to hear it only by dying. */
    void tell(Collection<Peer> to, int kind, byte[] body) {
        to.forEach(peer -> tell(peer, kind, body));
    }

    void tell(Peer to, int kind, byte[] body) {
        send(to, kind, body, Urgency.CONTROL, LinkCompletion.IGNORED);
    }
}
