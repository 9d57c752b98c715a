package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.skein.broker.AccessRules;
import io.skein.broker.AccessSettings;
import io.skein.broker.Applicant;
import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.ClientInfo;
import io.skein.broker.Peer;
import io.skein.broker.Verdict;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What clients that keep no rule do to one broker, told by arbitrary bytes: four connections that
 * share two client ids, packets in any order, raw bytes, cut networks, readers that stall, time
 * that passes. Beside them a publisher and a subscriber that keep the rules, and must not notice.
 */
final class HostileScript {
    private static final long SECOND = 1_000_000_000L;
    private static final int EXPIRY_SECONDS = 3_600;
    private static final int WITNESSED_MAXIMUM = 100;

    private static final BrokerLimits LIMITS =
            new BrokerLimits(0, EXPIRY_SECONDS, 4, 3, 5, 1_024, 4, 2, 2_048);
    private static final DecoderLimits DECODER_LIMITS =
            DecoderLimits.DEFAULT.withPacketBytesMaximum(2_048).withTopicAliasMaximum(2);

    private static final String[] FILTERS = {
        "a", "a/#", "+/b", "#", "$share/g/a/#", "$share/g/#", "witness/#", "b"
    };
    private static final String[] TOPICS = {"a", "a/b", "b", "witness/x"};
    private static final long[] EXPIRIES = {0, 10, EXPIRY_SECONDS, 0xFFFF_FFFFL};

    /** Everybody's topics but those of the witnesses. */
    private static final AccessRules RULES =
            new AccessRules() {
                @Override
                public boolean mayPublish(TopicName topic) {
                    return !topic.name().startsWith("witness/");
                }

                @Override
                public boolean maySubscribe(TopicFilter filter) {
                    return true;
                }
            };

    private static final Peer PEER = new Peer("hostile", "hostile", null);

    private static final AccessSettings ACCESS =
            new AccessSettings(
                    applicant ->
                            applicant.method() != null
                                    ? null
                                    : _ -> CompletableFuture.completedFuture(allowed(applicant)),
                    10,
                    false);

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedCluster cluster = new SimulatedCluster(time, 1, 2, LIMITS, ACCESS);
    private final SimulatedNode node = cluster.nodes.getFirst();
    private final SimulatedClient publisher = new SimulatedClient(time, "witness-publisher");
    private final SimulatedClient subscriber = new SimulatedClient(time, "witness-subscriber");
    private final List<String> witnessed = new ArrayList<>();
    private final HostileConnection[] connections = new HostileConnection[4];
    private final ByteBuf script;

    private static Verdict allowed(Applicant applicant) {
        boolean hostile = applicant.peer().equals(PEER);
        return new Verdict.Allowed(null, hostile ? RULES : AccessRules.ALLOW_ALL);
    }

    private HostileScript(byte[] script) {
        this.script = Unpooled.wrappedBuffer(script);
    }

    /** Plays a script and checks what must hold whatever it says. */
    static void check(byte[] script) {
        new HostileScript(script).play();
    }

    private void play() {
        publisher.connect(node, true, EXPIRY_SECONDS);
        subscriber.connect(node, true, EXPIRY_SECONDS);
        time.run(SECOND);
        subscriber.subscribe("witness/x", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new HostileConnection(node, PEER, DECODER_LIMITS);
        }
        while (script.isReadable()) {
            step(next());
        }
        settle();
    }

    private int next() {
        return script.isReadable() ? script.readUnsignedByte() : 0;
    }

    private void step(int instruction) {
        int place = (instruction >> 4) & 3;
        HostileConnection connection = connections[place];
        switch (instruction & 0x0F) {
            case 0 -> connection.arrive(ByteBufUtil.getBytes(script.readSlice(rawLength())));
            case 1 -> {
                connection.cut();
                connections[place] = new HostileConnection(node, PEER, DECODER_LIMITS);
            }
            case 2 -> connection.cut();
            case 3 -> time.run(1L << (next() % 42)); // up to some seventy minutes
            case 4 -> send(connection, connect(next()));
            case 5 -> send(connection, subscribe(next(), next()));
            case 6 ->
                    send(
                            connection,
                            new Unsubscribe(packetId(next()), List.of(filter()), Properties.EMPTY));
            case 7 -> send(connection, publish(next(), next()));
            case 8 -> send(connection, new PubAck(1 + next()));
            case 9 -> send(connection, pubRec(1 + next(), next()));
            case 10 -> send(connection, new PubRel(packetId(next())));
            case 11 -> send(connection, new PubComp(1 + next()));
            case 12 -> send(connection, disconnect(next()));
            case 13 -> send(connection, PingReq.INSTANCE);
            case 14 -> connection.setWritable((next() & 1) != 0);
            default -> witness(next());
        }
    }

    private int rawLength() {
        return Math.min(next(), script.readableBytes());
    }

    private static int packetId(int chosen) {
        return 1 + chosen % 6;
    }

    private TopicFilter filter() {
        return TopicFilter.of(FILTERS[next() % FILTERS.length]);
    }

    private static void send(HostileConnection connection, Packet packet) {
        ByteBuf bytes = Unpooled.buffer();
        try {
            PacketEncoder.encode(packet, connection.version(), bytes);
        } catch (IllegalArgumentException e) {
            return; // this version has no such packet; raw bytes may have it
        }
        connection.arrive(ByteBufUtil.getBytes(bytes));
    }

    private static Connect connect(int choice) {
        ProtocolVersion[] versions = ProtocolVersion.values();
        Properties.Builder properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, EXPIRIES[(choice >> 5) & 3]);
        if ((choice & 0x80) != 0) {
            properties.number(Property.RECEIVE_MAXIMUM, 1);
        }
        return new Connect(
                versions[(choice & 3) % versions.length],
                "hostile-" + ((choice >> 2) & 1),
                (choice & 8) != 0,
                30,
                properties.build(),
                (choice & 16) != 0 ? will(choice) : null,
                null,
                null);
    }

    private static Will will(int choice) {
        Properties delay =
                (choice & 0x20) != 0
                        ? Properties.builder().number(Property.WILL_DELAY_INTERVAL, 5).build()
                        : Properties.EMPTY;
        return new Will(
                TopicName.of("a/b"), new byte[1], QoS.AT_LEAST_ONCE, (choice & 4) != 0, delay);
    }

    private Subscribe subscribe(int choice, int packetId) {
        RetainHandling[] handling = RetainHandling.values();
        Subscription one =
                new Subscription(
                        TopicFilter.of(FILTERS[choice & 7]),
                        QoS.of((choice >> 3) % 3),
                        (choice & 32) != 0,
                        (choice & 64) != 0,
                        handling[packetId % handling.length]);
        return new Subscribe(packetId(packetId), List.of(one), Properties.EMPTY);
    }

    private static Publish publish(int choice, int packetId) {
        QoS qos = QoS.of((choice >> 2) % 3);
        boolean most = qos == QoS.AT_MOST_ONCE;
        Properties properties =
                (choice & 0x80) != 0
                        ? Properties.builder().number(Property.MESSAGE_EXPIRY_INTERVAL, 2).build()
                        : Properties.EMPTY;
        return new Publish(
                TopicName.of(TOPICS[choice & 3]),
                new byte[(choice & 64) != 0 ? 0 : 1 + packetId],
                qos,
                (choice & 16) != 0,
                !most && (choice & 32) != 0,
                most ? 0 : packetId(packetId),
                properties);
    }

    private static PubRec pubRec(int packetId, int choice) {
        return (choice & 7) == 7
                ? new PubRec(packetId, ReasonCode.QUOTA_EXCEEDED, Properties.EMPTY)
                : new PubRec(packetId);
    }

    private static Disconnect disconnect(int choice) {
        Properties properties =
                (choice & 2) != 0
                        ? Properties.builder()
                                .number(
                                        Property.SESSION_EXPIRY_INTERVAL,
                                        EXPIRIES[(choice >> 2) & 3])
                                .build()
                        : Properties.EMPTY;
        ReasonCode reason =
                (choice & 1) != 0 ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS;
        return new Disconnect(reason, properties);
    }

    private void witness(int choice) {
        if (witnessed.size() < WITNESSED_MAXIMUM) {
            QoS qos = (choice & 1) == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE;
            String text = qos + " " + witnessed.size();
            witnessed.add(text);
            publisher.publish("witness/x", text, qos);
            time.run(SECOND / 10); // it keeps to its Receive Maximum
        }
    }

    private void settle() {
        witness(0);
        witness(1);
        for (HostileConnection connection : connections) {
            connection.setWritable(true);
        }
        time.run(10 * SECOND);
        for (HostileConnection connection : connections) {
            connection.checkAnswered();
        }
        checkWitnesses();
        checkBounds();
        for (HostileConnection connection : connections) {
            connection.cut();
        }
        time.run((EXPIRY_SECONDS + 60) * SECOND);
        checkNothingIsLeft();
    }

    private void checkWitnesses() {
        assertThat(publisher.isConnected()).isTrue();
        assertThat(subscriber.isConnected()).isTrue();
        assertThat(publisher.acknowledged).containsExactlyInAnyOrderElementsOf(witnessed);
        for (QoS qos : List.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)) {
            assertThat(only(qos, subscriber.texts())).isEqualTo(only(qos, witnessed));
        }
    }

    private static List<String> only(QoS qos, List<String> texts) {
        return texts.stream().filter(text -> text.startsWith(qos.toString())).toList();
    }

    private void checkBounds() {
        Broker broker = node.broker();
        for (int shard = 0; shard < 2; shard++) {
            for (ClientInfo client : broker.shard(shard).clients(Integer.MAX_VALUE)) {
                assertThat(client.queued()).isLessThanOrEqualTo(LIMITS.queuedMessagesMaximum());
                assertThat(client.inflight()).isLessThanOrEqualTo(LIMITS.inflightMaximum());
                assertThat(client.subscriptions())
                        .isLessThanOrEqualTo(LIMITS.subscriptionsMaximum());
            }
        }
    }

    /** All hostile sessions have ended, with everything that was theirs. */
    private void checkNothingIsLeft() {
        Broker broker = node.broker();
        assertThat(broker.counters().sessions.sum()).isEqualTo(2);
        assertThat(broker.counters().connectionsOpen.sum()).isEqualTo(2);
        assertThat(broker.counters().subscriptions.sum()).isEqualTo(1);
        assertThat(broker.subscriptionFilters()).isEqualTo(1);
        assertThat(cluster.routes.values()).filteredOn(who -> !who.isEmpty()).hasSize(1);
        assertThat(cluster.sessions.values())
                .filteredOn(entry -> entry.stored.head().isPersistent())
                .hasSize(2);
    }
}
