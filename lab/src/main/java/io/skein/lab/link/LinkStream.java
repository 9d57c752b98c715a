package io.skein.lab.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection in one direction: reads from one socket, writes to the other when it is time, in
 * the order in which it read. Only on the loop of the link.
 */
final class LinkStream extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(LinkStream.class);

    private final LinkWay way;
    private final Channel in;
    private final ArrayDeque<Segment> underWay = new ArrayDeque<>();
    private @Nullable Channel out;
    private @Nullable LinkStream opposite;
    private long lastDueNanos;
    private boolean pausedByWay;

    /**
     * Bytes on their way.
     *
     * @param bytes null for the end of the stream
     */
    private record Segment(@Nullable ByteBuf bytes, long acceptedNanos, long dueNanos) {}

    /** A stream of what arrives on {@code in}, nothing of it before {@code notBeforeNanos}. */
    LinkStream(LinkWay way, Channel in, long notBeforeNanos) {
        this.way = way;
        this.in = in;
        this.lastDueNanos = notBeforeNanos;
    }

    /** The other socket is there; reading may begin. */
    void connect(Channel to, LinkStream back) {
        out = to;
        opposite = back;
        updateReading();
        Segment head = underWay.peek();
        if (head != null) {
            wakeFor(head);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        long now = System.nanoTime();
        while (bytes.isReadable()) {
            int size = Math.min(LinkWay.SEGMENT_BYTES, bytes.readableBytes());
            enqueue(
                    new Segment(
                            bytes.readRetainedSlice(size),
                            now,
                            LinkWay.later(way.arrivalNanos(size, now), lastDueNanos)));
        }
        bytes.release();
        updateReading();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        long now = System.nanoTime();
        enqueue(new Segment(null, now, LinkWay.later(now + way.delayNanos(), lastDueNanos)));
        if (opposite != null) {
            opposite.drop(); // nobody is there to read it
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (opposite != null) {
            opposite.updateReading();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("link: {}", context.channel(), cause);
        }
        context.close();
    }

    private void enqueue(Segment segment) {
        lastDueNanos = segment.dueNanos();
        underWay.add(segment);
        if (underWay.size() == 1) {
            wakeFor(segment);
        }
    }

    private void wakeFor(Segment head) {
        long delay = head.dueNanos() - System.nanoTime();
        in.eventLoop().schedule(this::release, Math.max(0, delay), TimeUnit.NANOSECONDS);
    }

    /** Writes what is due. */
    private void release() {
        Channel to = out;
        if (to == null) {
            return; // goes on when it is connected
        }
        Segment head = underWay.peek();
        boolean wrote = false;
        while (head != null && head.dueNanos() - System.nanoTime() <= 0) {
            underWay.remove();
            ByteBuf bytes = head.bytes();
            if (bytes == null) {
                to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            int size = bytes.readableBytes();
            to.write(bytes, to.voidPromise());
            to.flush();
            way.wrote(size, head.acceptedNanos(), head.dueNanos(), System.nanoTime());
            wrote = true;
            head = underWay.peek();
        }
        if (head != null) {
            wakeFor(head);
        }
        if (wrote) {
            updateReading();
        }
    }

    /** Forgets what is under way; its timer finds nothing. */
    private void drop() {
        for (Segment segment = underWay.poll(); segment != null; segment = underWay.poll()) {
            ByteBuf bytes = segment.bytes();
            if (bytes != null) {
                way.left(bytes.readableBytes());
                bytes.release();
            }
        }
    }

    void hasRoom() {
        pausedByWay = false;
        updateReading();
    }

    private void updateReading() {
        Channel to = out;
        if (!pausedByWay && way.isFull()) {
            pausedByWay = true;
            way.await(this);
        }
        in.config().setAutoRead(to != null && to.isWritable() && !pausedByWay);
    }
}
