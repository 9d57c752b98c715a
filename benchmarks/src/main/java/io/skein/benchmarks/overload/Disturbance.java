package io.skein.benchmarks.overload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that are a burden, in a process of their own. It says {@code ready}, begins when a line
 * comes in, and tells what it did when its input ends. MQTT 3.1.1, blocking sockets.
 */
final class Disturbance {
    /** Which burden, and how many of it the experiment asks for. */
    enum Kind {
        /** Connections one after the other as fast as the broker accepts them; they stay. */
        STORM(20_000),
        /** Half of them stop within CONNECT, half within a PUBLISH behind it. */
        HALF_PACKETS(1_000),
        /** One subscriber that never reads, of a topic with this many messages a second. */
        NEVER_READS(20_000);

        final int standardCount;

        Kind(int standardCount) {
            this.standardCount = standardCount;
        }
    }

    private static final String TOPIC = "overload/never-read";
    private static final int PAYLOAD_BYTES = 64;
    private static final int RECEIVE_BYTES = 4_096;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Before the system runs out of ports for one address of this machine. */
    private static final int CONNECTIONS_PER_ADDRESS = 20_000;

    private final InetSocketAddress broker;
    private final List<SocketChannel> connections = new ArrayList<>();
    private volatile boolean over;
    private int failed;
    private int reset;

    private Disturbance(InetSocketAddress broker) {
        this.broker = broker;
    }

    /** {@code KIND HOST PORT COUNT}. */
    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0]);
        int port = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        Disturbance disturbance = new Disturbance(new InetSocketAddress(arguments[1], port));
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        Thread watch = Thread.ofPlatform().daemon().start(disturbance::awaitEnd);
        System.out.println(disturbance.run(kind, count));
        watch.join();
        System.exit(0);
    }

    private void awaitEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("what should end this cannot be read: " + e);
        }
        over = true;
    }

    private String run(Kind kind, int count) throws IOException {
        long begun = System.nanoTime();
        return switch (kind) {
            case STORM -> {
                for (int i = 0; i < count && !over; i++) {
                    open("overload-storm-" + i, 0);
                }
                double opened = (System.nanoTime() - begun) / 1e9;
                int accepted = accepted();
                yield String.format(
                        Locale.ROOT,
                        "%,d connections in %.1f s, the last answered after %.1f s: %,d accepted,"
                                + " %,d closed (%,d of them reset)",
                        connections.size() + failed,
                        opened,
                        (System.nanoTime() - begun) / 1e9,
                        accepted,
                        connections.size() + failed - accepted,
                        reset);
            }
            case HALF_PACKETS -> {
                byte[] publish = bytes(publish());
                for (int i = 0; i < count && !over; i++) {
                    SocketChannel connection = open("overload-half-" + i, 0, i % 2 == 0);
                    if (connection != null && i % 2 != 0) {
                        write(connection, Arrays.copyOf(publish, publish.length / 2));
                    }
                }
                yield String.format(Locale.ROOT, "%,d clients", connections.size());
            }
            case NEVER_READS -> {
                SocketChannel subscriber = open("overload-subscriber", RECEIVE_BYTES);
                SocketChannel publisher = open("overload-publisher", 0);
                if (subscriber == null || publisher == null) {
                    throw new IOException("the broker does not let its burden in");
                }
                write(subscriber, bytes(subscribe()));
                yield String.format(Locale.ROOT, "%,d messages", flood(publisher, count));
            }
        };
    }

    /** Keeps the pace, as far as the broker reads: how many messages it took. */
    private long flood(SocketChannel publisher, int perSecond) throws IOException {
        byte[] one = bytes(publish());
        long begun = System.nanoTime();
        long sent = 0;
        while (!over) {
            long due = (System.nanoTime() - begun) * perSecond / SECOND_NANOS;
            if (due == sent) {
                LockSupport.parkNanos(500_000);
                continue;
            }
            ByteBuffer batch = ByteBuffer.allocate((int) (due - sent) * one.length);
            while (batch.hasRemaining()) {
                batch.put(one);
            }
            write(publisher, batch.array());
            sent = due;
        }
        return sent;
    }

    private @Nullable SocketChannel open(String clientId, int receiveBytes) throws IOException {
        return open(clientId, receiveBytes, false);
    }

    private @Nullable SocketChannel open(String clientId, int receiveBytes, boolean half)
            throws IOException {
        byte[] connect = bytes(connect(clientId));
        SocketChannel connection = SocketChannel.open();
        try {
            if (receiveBytes > 0) {
                connection.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            }
            if (broker.getAddress().isLoopbackAddress()) {
                int address = 2 + connections.size() / CONNECTIONS_PER_ADDRESS;
                connection.bind(new InetSocketAddress("127.0.0." + address, 0));
            }
            connection.connect(broker);
            write(connection, half ? Arrays.copyOf(connect, connect.length / 2) : connect);
        } catch (IOException e) { // the broker defends itself: this one is not let in
            failed++;
            connection.close();
            return null;
        }
        connections.add(connection);
        return connection;
    }

    /** Waits for the answer, or the end, of every connection. */
    private int accepted() {
        int accepted = 0;
        ByteBuffer answer = ByteBuffer.allocate(4);
        for (SocketChannel connection : connections) {
            try {
                answer.clear();
                boolean more = true;
                while (more && answer.hasRemaining()) {
                    more = connection.read(answer) >= 0;
                }
                accepted += !answer.hasRemaining() && answer.get(3) == 0 ? 1 : 0;
            } catch (IOException e) {
                reset++;
            }
        }
        return accepted;
    }

    private static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            connection.write(left);
        }
    }

    private static Connect connect(String clientId) {
        return new Connect(
                ProtocolVersion.MQTT_3_1_1,
                clientId,
                true,
                600,
                Properties.EMPTY,
                null,
                null,
                null);
    }

    private static Subscribe subscribe() {
        Subscription all = new Subscription(TopicFilter.of(TOPIC), QoS.AT_MOST_ONCE);
        return new Subscribe(1, List.of(all), Properties.EMPTY);
    }

    private static Publish publish() {
        return new Publish(
                TopicName.of(TOPIC),
                new byte[PAYLOAD_BYTES],
                QoS.AT_MOST_ONCE,
                false,
                false,
                0,
                Properties.EMPTY);
    }

    private static byte[] bytes(Packet packet) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(packet, ProtocolVersion.MQTT_3_1_1, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
