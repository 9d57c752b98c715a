package io.skein.cluster.bridge;

import io.skein.cluster.LocalConnection;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a {@link Splice} and what acknowledges them. A message that does not pass (it has
 * been there, or is too large) is answered in the place of the side it does not reach. Every call
 * answers why the connection must end, or null: what a side refuses for the moment is neither
 * acknowledged nor lost that way, but sent again on the next connection.
 */
final class Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);

    private final Link link;
    private final Dialect dialect;
    private final FarSide far;
    private final LocalConnection here;
    private final QoS maximumQos;
    private final boolean mayRetain;
    private final long packetBytesMaximum;
    private final int sendMaximum;
    private final Window outward = new Window();
    private final Window inward = new Window();

    /** Messages that left with QoS 1 because the far side has no QoS 2. */
    private final BitSet lowered = new BitSet();

    /** QoS 2 messages of the far side that went no further. */
    private final BitSet stopped = new BitSet();

    Passage(
            Link link,
            Dialect dialect,
            FarSide far,
            LocalConnection here,
            Properties granted,
            int receiveMaximum) {
        this.link = link;
        this.dialect = dialect;
        this.far = far;
        this.here = here;
        this.maximumQos = Splice.maximumQos(granted);
        this.mayRetain = granted.number(Property.RETAIN_AVAILABLE, 1) == 1;
        this.packetBytesMaximum = granted.number(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
        this.sendMaximum =
                (int)
                        Math.min(
                                link.settings().inflightMaximum(),
                                granted.number(Property.RECEIVE_MAXIMUM, 65_535));
        inward.open(receiveMaximum);
    }

    /** Messages of this node pass from here on. */
    void open() {
        outward.open(sendMaximum);
        sendOutward(outward.next());
    }

    int reserveId() {
        return outward.reserve();
    }

    void giveBackId() {
        outward.giveBack();
        sendOutward(outward.next());
    }

    /** Whether the far side has sent more than this node takes at a time. */
    boolean holdsBack() {
        return inward.isWaiting();
    }

    @Nullable String fromHere(Packet packet) {
        switch (packet) {
            case Publish publish -> outward(publish);
            case PubAck ack -> {
                if (isTemporary(ack.reason())) {
                    return "this node takes no messages at the moment: " + ack.reason();
                }
                noteRefusal(ack.reason());
                far.send(new PubAck(ack.packetId(), toThere(ack.reason()), Properties.EMPTY));
                freeInward(ack.packetId());
            }
            case PubRec rec -> {
                if (isTemporary(rec.reason())) {
                    return "this node takes no messages at the moment: " + rec.reason();
                }
                noteRefusal(rec.reason());
                if (rec.reason().isError()) {
                    refuseThere(rec.packetId());
                } else {
                    far.send(new PubRec(rec.packetId()));
                }
            }
            case PubRel rel -> {
                if (lowered.get(rel.packetId())) {
                    lowered.clear(rel.packetId());
                    here.send(new PubComp(rel.packetId()));
                    freeOutward(rel.packetId());
                } else {
                    outward.use(rel.packetId());
                    far.send(new PubRel(rel.packetId()));
                }
            }
            case PubComp comp -> {
                far.send(new PubComp(comp.packetId()));
                freeInward(comp.packetId());
            }
            default -> {} // PINGRESP
        }
        return null;
    }

    @Nullable String fromThere(Packet packet) {
        switch (packet) {
            case Publish publish -> inward(publish);
            case PubAck ack -> {
                if (isTemporary(ack.reason())) {
                    return "the far side takes no messages at the moment: " + ack.reason();
                }
                noteRefusal(ack.reason());
                if (lowered.get(ack.packetId())) {
                    here.send(new PubRec(ack.packetId()));
                } else {
                    here.send(new PubAck(ack.packetId()));
                    freeOutward(ack.packetId());
                }
            }
            case PubRec rec -> {
                if (isTemporary(rec.reason())) {
                    return "the far side takes no messages at the moment: " + rec.reason();
                }
                noteRefusal(rec.reason());
                here.send(new PubRec(rec.packetId(), rec.reason(), Properties.EMPTY));
                if (rec.reason().isError()) {
                    freeOutward(rec.packetId());
                }
            }
            case PubRel rel -> {
                if (stopped.get(rel.packetId())) {
                    stopped.clear(rel.packetId());
                    far.send(new PubComp(rel.packetId()));
                } else {
                    inward.use(rel.packetId());
                    here.send(new PubRel(rel.packetId()));
                }
            }
            case PubComp comp -> {
                here.send(new PubComp(comp.packetId()));
                freeOutward(comp.packetId());
            }
            default -> {} // PINGRESP
        }
        return null;
    }

    // Messages of this node.

    private void outward(Publish publish) {
        TopicName topic = null;
        for (TopicRule rule : link.settings().rules()) {
            topic = topic == null ? rule.outward(publish.topic()) : topic;
        }
        List<String> via = Via.of(publish.properties());
        if (topic == null || !link.passesOut(via)) {
            link.counters().looped.increment();
            refuseHere(publish);
            return;
        }
        QoS qos = publish.qos().compareTo(maximumQos) <= 0 ? publish.qos() : maximumQos;
        Publish out =
                new Publish(
                        topic,
                        publish.payload(),
                        qos,
                        publish.retain() && mayRetain,
                        publish.duplicate() && qos != QoS.AT_MOST_ONCE,
                        qos == QoS.AT_MOST_ONCE ? 0 : publish.packetId(),
                        dialect.isMqtt5()
                                ? Via.with(publish.properties(), via, link.node())
                                : Properties.EMPTY);
        if (PacketEncoder.encodedBytes(out, dialect.version()) > packetBytesMaximum) {
            link.counters().refused.increment();
            LOG.warn(
                    "{}: a message on '{}' is larger than the {} bytes the far side takes",
                    link.settings(),
                    topic,
                    packetBytesMaximum);
            refuseHere(publish);
            return;
        }
        if (qos == QoS.AT_MOST_ONCE && publish.qos() != QoS.AT_MOST_ONCE) {
            refuseHere(publish); // nothing will acknowledge it
        } else if (qos != publish.qos()) {
            lowered.set(publish.packetId());
        }
        sendOutward(outward.offer(out));
    }

    private void sendOutward(@Nullable Publish first) {
        for (Publish next = first; next != null; next = outward.next()) {
            link.counters().sent.increment();
            far.send(next);
        }
    }

    private void freeOutward(int packetId) {
        outward.free(packetId);
        sendOutward(outward.next());
    }

    /** Done with a message of this node: the far side will say nothing of it. */
    private void refuseHere(Publish publish) {
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> here.send(new PubAck(publish.packetId()));
            case EXACTLY_ONCE ->
                    here.send(
                            new PubRec(
                                    publish.packetId(),
                                    ReasonCode.UNSPECIFIED_ERROR,
                                    Properties.EMPTY));
        }
    }

    // Messages of the far side.

    private void inward(Publish publish) {
        TopicName topic = null;
        for (TopicRule rule : link.settings().rules()) {
            topic = topic == null ? rule.inward(publish.topic()) : topic;
        }
        List<String> via = Via.of(publish.properties());
        if (topic == null || !link.passesIn(via)) {
            link.counters().looped.increment();
            stop(publish);
            return;
        }
        sendInward(
                inward.offer(
                        new Publish(
                                topic,
                                publish.payload(),
                                publish.qos(),
                                publish.retain(),
                                publish.duplicate(),
                                publish.packetId(),
                                Via.with(publish.properties(), via, link.settings().peer()))));
    }

    private void stop(Publish publish) {
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> far.send(new PubAck(publish.packetId()));
            case EXACTLY_ONCE -> {
                stopped.set(publish.packetId());
                far.send(new PubRec(publish.packetId()));
            }
        }
    }

    private void sendInward(@Nullable Publish first) {
        for (Publish next = first; next != null; next = inward.next()) {
            link.counters().received.increment();
            here.send(next);
        }
    }

    private void freeInward(int packetId) {
        inward.free(packetId);
        sendInward(inward.next());
    }

    /** This node does not want a QoS 2 message, ever: the far side is to be done with it. */
    private void refuseThere(int packetId) {
        if (dialect.isMqtt5()) {
            far.send(new PubRec(packetId, ReasonCode.UNSPECIFIED_ERROR, Properties.EMPTY));
        } else {
            stopped.set(packetId);
            far.send(new PubRec(packetId));
        }
        freeInward(packetId);
    }

    private static ReasonCode toThere(ReasonCode reason) {
        return reason.isError() ? ReasonCode.UNSPECIFIED_ERROR : ReasonCode.SUCCESS;
    }

    private void noteRefusal(ReasonCode reason) {
        if (reason.isError()) {
            link.counters().refused.increment();
            LOG.warn("{}: a message is refused for good: {}", link.settings(), reason);
        }
    }

    /** Whether the same message may be taken later. */
    private static boolean isTemporary(ReasonCode reason) {
        return switch (reason) {
            case QUOTA_EXCEEDED,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    PACKET_IDENTIFIER_IN_USE ->
                    true;
            default -> false;
        };
    }
}
