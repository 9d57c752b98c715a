package io.skein.benchmarks.links;

import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.LinkSettings;
import io.skein.cluster.link.NodeLinks;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The links that the architectures use: kept until answered, sent again when a connection broke.
 */
final class LinksCarrier implements Carrier, LinkCompletion {
    private static final Peer HERE = new Peer("here", 1);
    private static final Peer THERE = new Peer("there", 1);

    private final NodeLinks links;
    private final IntConsumer acknowledged;
    private final Queue<byte[]> turn = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private int answers;

    LinksCarrier(int port, IntConsumer acknowledged) {
        this.acknowledged = acknowledged;
        links = new NodeLinks(settings(HERE, 0), (from, kind, body, done) -> done.complete(null));
        links.loop()
                .execute(() ->
                        links.add(
                                THERE,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    static void serve(int port) {
        new NodeLinks(
                        settings(THERE, port),
                        (from, kind, body, done) -> {
                            byte[] payload = new byte[body.readableBytes()];
                            body.readBytes(payload);
                            done.complete(null);
                        })
                .open();
    }

    private static LinkSettings settings(Peer self, int port) {
        return new LinkSettings(
                "comparison",
                "",
                null,
                self,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void send(byte[] payload) {
        turn.add(payload);
    }

    @Override
    public void flush() {
        if (!scheduled.getAndSet(true)) {
            links.loop().execute(this::sendTurn);
        }
    }

    private void sendTurn() {
        scheduled.set(false);
        for (byte[] payload = turn.poll(); payload != null; payload = turn.poll()) {
            links.send(THERE, 1, payload, Urgency.ASSURED, this);
        }
    }

    @Override
    public void answered(@Nullable Refusal refusal) {
        if (answers++ == 0) {
            links.loop().execute(this::tell);
        }
    }

    private void tell() {
        acknowledged.accept(answers);
        answers = 0;
    }

    @Override
    public void lost() {
        throw new IllegalStateException("nobody was removed");
    }

    @Override
    public void close() {
        links.close();
    }
}
