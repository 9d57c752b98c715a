package io.skein.lab.sink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One client of a {@link Sink}. What it publishes at QoS 0 to one topic without a break passes to
 * the subscribers as the bytes it came in; everything else is taken apart and put together again.
 */
final class SinkConnection extends ChannelInboundHandlerAdapter {
    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PUBREC = 5;
    private static final int PUBREL = 6;
    private static final int SUBSCRIBE = 8;
    private static final int UNSUBSCRIBE = 10;
    private static final int PINGREQ = 12;
    private static final int DISCONNECT = 14;

    /** A PUBLISH at QoS 0, neither retained nor repeated. */
    private static final int PLAIN_PUBLISH = 0x30;

    private static final int MQTT_5 = 5;
    private static final int PACKET_IDS = 65_535;

    private final Sink sink;
    private final List<SinkConnection> heldUp = new ArrayList<>();
    private final ByteBuf replies = Unpooled.buffer();
    private ChannelHandlerContext context;
    private ByteBuf rest = Unpooled.EMPTY_BUFFER;
    private int version;
    private int lastPacketId;
    private boolean dirty;

    // The topic that came last, and who gets it.
    private ByteBuf topicBytes = Unpooled.EMPTY_BUFFER;
    private SinkRoutes.Route route = new SinkRoutes.Route();
    private long routeVersion = -1;
    private boolean passes;

    // Whole frames of that topic, one behind the other, that have not passed yet.
    private int runStart;
    private int runEnd;
    private int runFrames;

    @SuppressWarnings("NullAway.Init") // the context comes before anything else
    SinkConnection(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        sink.routes().removeAll(this);
        rest.release();
        rest = Unpooled.EMPTY_BUFFER;
        goOn();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        sink.broken(cause);
        failed.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (rest.isReadable()) {
            in = joined(rest, in);
            rest = Unpooled.EMPTY_BUFFER;
        }
        try {
            frames(in);
            if (in.isReadable()) {
                rest = context.alloc().buffer(in.readableBytes()).writeBytes(in);
            }
        } finally {
            in.release();
        }
    }

    /** Copied: looking at frames in two buffers at once costs more. */
    private ByteBuf joined(ByteBuf first, ByteBuf second) {
        int length = first.readableBytes() + second.readableBytes();
        ByteBuf both = context.alloc().buffer(length).writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext complete) {
        if (replies.isReadable()) {
            complete.write(context.alloc().buffer(replies.readableBytes()).writeBytes(replies));
            replies.clear();
            touched();
        }
        sink.flush(this);
    }

    /** Somebody has written to this connection. */
    private void touched() {
        if (!dirty) {
            dirty = true;
            sink.dirty(this);
        }
    }

    /** Lets what was written go; who wrote more than is taken is not read from meanwhile. */
    void flush(SinkConnection writer) {
        dirty = false;
        context.flush();
        if (!context.channel().isWritable() && context.channel().isActive()) {
            heldUp.add(writer);
            writer.context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            goOn();
        }
    }

    private void goOn() {
        heldUp.forEach(writer -> writer.context.channel().config().setAutoRead(true));
        heldUp.clear();
    }

    /** Takes whole frames; leaves the beginning of one that is not there yet. */
    private void frames(ByteBuf in) {
        runFrames = 0;
        while (in.readableBytes() >= 2) {
            int start = in.readerIndex();
            int length = 0;
            int at = start + 1;
            int shift = 0;
            boolean whole = false;
            while (at < in.writerIndex() && shift < 28) {
                byte b = in.getByte(at++);
                length |= (b & 0x7F) << shift;
                shift += 7;
                if (b >= 0) {
                    whole = true;
                    break;
                }
            }
            if (!whole && shift == 28) {
                throw new IllegalArgumentException("no length of a packet");
            }
            if (!whole || at + length > in.writerIndex()) {
                break;
            }
            int first = in.getUnsignedByte(start);
            in.readerIndex(at + length);
            if (first == PLAIN_PUBLISH && isOnTopic(in, at, length) && passes) {
                runFrames++;
                runEnd = at + length;
                if (runFrames == 1) {
                    runStart = start;
                }
            } else {
                pass(in);
                frame(first, in.slice(at, length), in, start);
            }
        }
        pass(in);
    }

    private boolean isOnTopic(ByteBuf in, int body, int length) {
        int topicLength = topicBytes.readableBytes();
        return routeVersion == sink.routes().version()
                && length >= 2 + topicLength
                && in.getUnsignedShort(body) == topicLength
                && ByteBufUtil.equals(in, body + 2, topicBytes, 0, topicLength);
    }

    /** What came without a break goes on as it is. */
    private void pass(ByteBuf in) {
        if (runFrames == 0) {
            return;
        }
        for (SinkSubscription each : route.each()) {
            SinkConnection subscriber = each.connection();
            subscriber.context.write(in.retainedSlice(runStart, runEnd - runStart));
            subscriber.touched();
        }
        sink.counted(runFrames, (long) runFrames * route.each().size());
        runFrames = 0;
    }

    private void frame(int first, ByteBuf body, ByteBuf in, int start) {
        switch (first >> 4) {
            case CONNECT -> connect(body);
            case PUBLISH -> publish(first, body, in, start);
            case PUBREC -> reply(0x62, body.readUnsignedShort());
            case PUBREL -> reply(0x70, body.readUnsignedShort());
            case SUBSCRIBE -> subscribe(body);
            case UNSUBSCRIBE -> unsubscribe(body);
            case PINGREQ -> replies.writeShort(0xD000);
            case DISCONNECT -> context.close();
            default -> {} // PUBACK and PUBCOMP: nothing was waiting for them
        }
    }

    private void connect(ByteBuf body) {
        body.skipBytes(body.readUnsignedShort());
        version = body.readUnsignedByte();
        if (version == MQTT_5) {
            replies.writeByte(0x20).writeByte(3).writeShort(0).writeByte(0);
        } else {
            replies.writeByte(0x20).writeByte(2).writeShort(0);
        }
    }

    private void reply(int first, int packetId) {
        replies.writeByte(first).writeByte(2).writeShort(packetId);
    }

    private void subscribe(ByteBuf body) {
        int packetId = body.readUnsignedShort();
        skipProperties(body);
        ByteBuf codes = Unpooled.buffer(4);
        while (body.isReadable()) {
            TopicFilter filter = TopicFilter.of(text(body));
            int qos = Math.min(2, body.readByte() & 0x03);
            sink.routes().add(new SinkSubscription(filter, qos, this));
            codes.writeByte(qos);
        }
        answer(0x90, packetId, codes);
    }

    private void unsubscribe(ByteBuf body) {
        int packetId = body.readUnsignedShort();
        skipProperties(body);
        ByteBuf codes = Unpooled.buffer(4);
        while (body.isReadable()) {
            sink.routes().remove(this, TopicFilter.of(text(body)));
            codes.writeByte(0);
        }
        answer(0xB0, packetId, version == MQTT_5 ? codes : Unpooled.EMPTY_BUFFER);
    }

    private void answer(int first, int packetId, ByteBuf codes) {
        int properties = version == MQTT_5 ? 1 : 0;
        replies.writeByte(first);
        writeLength(replies, 2 + properties + codes.readableBytes());
        replies.writeShort(packetId).writeZero(properties).writeBytes(codes);
    }

    private void publish(int first, ByteBuf body, ByteBuf in, int start) {
        int frameEnd = in.readerIndex();
        int qos = first >> 1 & 0x03;
        int topicLength = body.readUnsignedShort();
        ByteBuf topic = body.readSlice(topicLength);
        if (routeVersion != sink.routes().version() || !ByteBufUtil.equals(topic, topicBytes)) {
            learn(topic);
        }
        if (first == PLAIN_PUBLISH && passes) {
            runStart = start;
            runEnd = frameEnd;
            runFrames = 1;
            return;
        }
        if (qos > 0) {
            reply(qos == 1 ? 0x40 : 0x50, body.readUnsignedShort());
        }
        ByteBuf properties = skipProperties(body);
        route.each().forEach(each -> deliver(each, qos, topic, properties, body));
        List<SinkSubscription> ofGroups = route.hasGroups() ? route.next() : List.of();
        ofGroups.forEach(each -> deliver(each, qos, topic, properties, body));
        sink.counted(1, route.each().size() + ofGroups.size());
    }

    private void learn(ByteBuf topic) {
        byte[] bytes = ByteBufUtil.getBytes(topic);
        route = sink.routes().of(TopicName.ofUtf8(bytes));
        routeVersion = sink.routes().version();
        topicBytes = Unpooled.wrappedBuffer(bytes);
        passes =
                !route.hasGroups()
                        && route.each().stream()
                                .allMatch(each -> isMqtt5() == each.connection().isMqtt5());
    }

    private boolean isMqtt5() {
        return version == MQTT_5;
    }

    private void deliver(
            SinkSubscription to, int qos, ByteBuf topic, ByteBuf properties, ByteBuf payload) {
        SinkConnection subscriber = to.connection();
        int granted = Math.min(qos, to.qos());
        ByteBuf further = properties.isReadable() ? properties : Sink.NO_PROPERTIES;
        int propertyBytes = subscriber.isMqtt5() ? further.readableBytes() : 0;
        int length =
                2
                        + topic.readableBytes()
                        + (granted > 0 ? 2 : 0)
                        + propertyBytes
                        + payload.readableBytes();
        ByteBuf out = context.alloc().buffer(5 + length);
        out.writeByte(PLAIN_PUBLISH | granted << 1);
        writeLength(out, length);
        out.writeShort(topic.readableBytes());
        out.writeBytes(topic, topic.readerIndex(), topic.readableBytes());
        if (granted > 0) {
            out.writeShort(subscriber.nextPacketId());
        }
        out.writeBytes(further, further.readerIndex(), propertyBytes);
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        subscriber.context.write(out);
        subscriber.touched();
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId % PACKET_IDS + 1;
        return lastPacketId;
    }

    /** The properties with their length, as MQTT 5 has them; nothing otherwise. */
    private ByteBuf skipProperties(ByteBuf body) {
        if (version != MQTT_5) {
            return Unpooled.EMPTY_BUFFER;
        }
        int start = body.readerIndex();
        int length = 0;
        int shift = 0;
        byte b;
        do {
            b = body.readByte();
            length |= (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0 && shift < 28);
        body.skipBytes(length);
        return body.slice(start, body.readerIndex() - start);
    }

    private static String text(ByteBuf body) {
        return body.readCharSequence(body.readUnsignedShort(), StandardCharsets.UTF_8).toString();
    }

    private static void writeLength(ByteBuf out, int length) {
        int left = length;
        while (left >= 128) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}
