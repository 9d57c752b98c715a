package io.skein.cluster.bridge;

import io.skein.cluster.LocalConnection;
import io.skein.cluster.bridge.Refusals.Verdict;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a {@link Splice} and what acknowledges them. A message that does not pass (it has
 * been there, or is too large) is answered in the place of the side it does not reach. Every call
 * answers why the connection must end, or null: what a side refuses for the moment is neither
 * acknowledged nor lost that way, but sent again on the next connection.
 */
final class Passage {
    private final Link link;
    private final Dialect dialect;
    private final FarSide far;
    private final LocalConnection here;
    private final QoS maximumQos;
    private final boolean mayRetain;
    private final long packetBytesMaximum;
    private final int sendMaximum;
    private final long takenBefore;
    private final Window outward = new Window();
    private final Window inward = new Window();
    private boolean leaving;

    /** Messages that left with QoS 1 because the far side has no QoS 2. */
    private final BitSet lowered = new BitSet();

    /** QoS 2 messages of the far side that went no further. */
    private final BitSet stopped = new BitSet();

    /** Messages of this node that the far side has been sent and has not answered. */
    private final Map<Integer, Publish> unanswered = new LinkedHashMap<>();

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
        this.packetBytesMaximum =
                Math.min(
                        link.settings().packetBytesMaximum(),
                        granted.number(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE));
        this.sendMaximum =
                (int)
                        Math.min(
                                link.settings().inflightMaximum(),
                                granted.number(Property.RECEIVE_MAXIMUM, 65_535));
        this.takenBefore = link.refusals().taken();
        inward.open(receiveMaximum);
    }

    /** Messages of this node pass from here on. */
    void open() {
        link.refusals().connected(System.nanoTime());
        widen();
    }

    /** One message at a time while it is not known which one the far side cannot bear. */
    private void widen() {
        outward.open(leaving ? 0 : link.refusals().isCareful() ? 1 : sendMaximum);
        sendOutward(outward.next());
    }

    /** Nothing more is sent to the far side: the session keeps it. */
    void leave() {
        leaving = true;
        widen();
    }

    /** Whether the far side has answered for all messages that it was sent. */
    boolean isAnswered() {
        return unanswered.isEmpty();
    }

    /** Called every second. */
    void tick(long nowNanos) {
        link.refusals().due(nowNanos).forEach(this::sendThere);
    }

    /** The far side has ended the connection for this reason. */
    void blamed(ReasonCode reason) {
        link.refusals().blamed(reason, unanswered.values());
    }

    /** Whether the far side was sent messages here and has taken none of them. */
    boolean isFruitless() {
        return !unanswered.isEmpty() && link.refusals().taken() == takenBefore;
    }

    /** The oldest message that the far side has been sent and has not answered. */
    @Nullable Publish oldestUnanswered() {
        return unanswered.isEmpty() ? null : unanswered.values().iterator().next();
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
                noteRefusalHere(ack.reason());
                far.send(new PubAck(ack.packetId(), toThere(ack.reason()), Properties.EMPTY));
                freeInward(ack.packetId());
            }
            case PubRec rec -> {
                if (isTemporary(rec.reason())) {
                    return "this node takes no messages at the moment: " + rec.reason();
                }
                noteRefusalHere(rec.reason());
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
                return switch (judged(ack.packetId(), ack.reason())) {
                    case TAKEN, FOR_GOOD -> {
                        acknowledgeHere(ack.packetId());
                        yield null;
                    }
                    case AGAIN -> null;
                    case NOT_NOW -> notNow(ack.reason());
                };
            }
            case PubRec rec -> {
                return switch (judged(rec.packetId(), rec.reason())) {
                    case TAKEN -> {
                        here.send(new PubRec(rec.packetId()));
                        yield null;
                    }
                    case FOR_GOOD -> {
                        here.send(new PubRec(rec.packetId(), rec.reason(), Properties.EMPTY));
                        freeOutward(rec.packetId());
                        yield null;
                    }
                    case AGAIN -> null;
                    case NOT_NOW -> notNow(rec.reason());
                };
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

    private Verdict judged(int packetId, ReasonCode reason) {
        Publish publish = unanswered.get(packetId);
        if (publish == null) { // the far side answers twice
            return reason.isError() ? Verdict.FOR_GOOD : Verdict.TAKEN;
        }
        Verdict verdict = link.refusals().judge(publish, reason, System.nanoTime());
        switch (verdict) {
            case TAKEN -> unanswered.remove(packetId);
            case FOR_GOOD -> {
                unanswered.remove(packetId);
                noteRefusal(publish, "the far side answers " + named(reason));
            }
            case AGAIN, NOT_NOW -> {}
        }
        return verdict;
    }

    private static String notNow(ReasonCode reason) {
        return "the far side takes no messages at the moment: " + named(reason);
    }

    private void acknowledgeHere(int packetId) {
        if (lowered.get(packetId)) {
            here.send(new PubRec(packetId));
        } else {
            here.send(new PubAck(packetId));
            freeOutward(packetId);
        }
    }

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
        String never = never(out);
        if (never != null) {
            noteRefusal(out, never);
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

    /** Why a message cannot pass, whatever happens; null if it may. */
    private @Nullable String never(Publish out) {
        if (PacketEncoder.encodedBytes(out, dialect.version()) > packetBytesMaximum) {
            return "it is larger than " + packetBytesMaximum + " bytes";
        }
        if (out.qos() == QoS.AT_MOST_ONCE) {
            return link.refusals().isCareful()
                    ? "the far side closes connections, and QoS 0 hides for which message"
                    : null;
        }
        ReasonCode reason = link.refusals().condemnation(out.packetId());
        return reason == null ? null : "the far side closes the connection, " + named(reason);
    }

    private void sendOutward(@Nullable Publish first) {
        for (Publish next = first; next != null; next = outward.next()) {
            sendThere(next);
        }
    }

    private void sendThere(Publish publish) {
        link.counters().sent.increment();
        if (publish.packetId() != 0) {
            unanswered.put(publish.packetId(), publish);
        }
        far.send(publish);
    }

    private void freeOutward(int packetId) {
        outward.free(packetId);
        widen();
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

    private void noteRefusal(Publish publish, String why) {
        link.refusalLog().refused("a message on '%s'".formatted(publish.topic()), why);
    }

    private void noteRefusalHere(ReasonCode reason) {
        if (reason.isError()) {
            link.refusalLog()
                    .refused("a message of the far side", "this node answers " + named(reason));
        }
    }

    private static String named(ReasonCode reason) {
        return "0x%02X %s".formatted(reason.value(), reason);
    }

    /** Whether this node may take the same message later. */
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
