package io.skein.benchmarks.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.ReferenceCountUtil;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.topic.TopicName;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * PUBLISH of 64 bytes at QoS 1 over MQTT 3.1.1, a hundred packets in one buffer as a busy socket
 * gives them: Skein's codec beside netty-codec-mqtt, which runs in a pipeline because it runs
 * nowhere else.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up first
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PublishCodecBenchmark {
    private static final int PACKETS = 100;
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_3_1_1;

    /** How many topics a connection publishes to in turn. */
    @Param({"1", "20"})
    public int topics;

    private TopicName[] names;
    private byte[] payload;
    private ByteBuf packets;
    private ByteBuf out;
    private PacketDecoder decoder;
    private EmbeddedChannel nettyReader;
    private EmbeddedChannel nettyWriter;
    private MqttPublishMessage[] nettyMessages;

    @Setup
    public void prepare() throws MqttCodecException {
        names = new TopicName[topics];
        nettyMessages = new MqttPublishMessage[topics];
        payload = new byte[64];
        ByteBuf nettyPayload =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(payload));
        for (int i = 0; i < topics; i++) {
            String name = "plant/hall-3/machine-17/sensor-" + i;
            names[i] = TopicName.of(name);
            nettyMessages[i] =
                    new MqttPublishMessage(
                            new MqttFixedHeader(
                                    MqttMessageType.PUBLISH,
                                    false,
                                    MqttQoS.AT_LEAST_ONCE,
                                    false,
                                    0),
                            new MqttPublishVariableHeader(name, 7),
                            nettyPayload);
        }
        packets = Unpooled.directBuffer(1 << 16);
        for (int i = 0; i < PACKETS; i++) {
            encode(names[i % topics], packets);
        }
        out = Unpooled.directBuffer(1 << 16);
        decoder = PacketDecoder.forServer(DecoderLimits.DEFAULT);
        nettyReader = new EmbeddedChannel(new MqttDecoder(1 << 20), new Release());
        nettyWriter = new EmbeddedChannel(new DropOutbound(), MqttEncoder.INSTANCE);
        ByteBuf connect = Unpooled.buffer();
        PacketEncoder.encode(
                new Connect(VERSION, "c", true, 60, Properties.EMPTY, null, null, null),
                VERSION,
                connect);
        decoder.decode(connect.duplicate());
        nettyReader.writeInbound(connect);
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decode(Blackhole hole) throws MqttCodecException {
        ByteBuf in = packets.readerIndex(0);
        for (Packet packet = decoder.decode(in); packet != null; packet = decoder.decode(in)) {
            hole.consume(packet);
        }
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decodeNetty() {
        nettyReader.writeInbound(packets.readerIndex(0).retainedDuplicate());
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public ByteBuf encode() {
        out.clear();
        for (int i = 0; i < PACKETS; i++) {
            encode(names[i % topics], out);
        }
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void encodeNetty() {
        for (int i = 0; i < PACKETS; i++) {
            nettyWriter.write(nettyMessages[i % topics], nettyWriter.voidPromise());
        }
        nettyWriter.flush();
    }

    private void encode(TopicName topic, ByteBuf buffer) {
        PacketEncoder.encodePublish(
                buffer,
                VERSION,
                topic,
                payload,
                QoS.AT_LEAST_ONCE,
                false,
                false,
                7,
                Properties.EMPTY,
                null);
    }

    /** The end of a pipeline: nothing is kept. */
    private static final class Release extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** The socket's place in a pipeline: nothing is sent. */
    private static final class DropOutbound extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
        }
    }
}
