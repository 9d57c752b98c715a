package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.check.Session.Inbound;
import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.MessageId;
import io.skein.mqtt.QoS;
import java.util.List;

/** What comes to clients: what, to whom, how often and in which order. */
final class DeliveryEvents {
    private final RunState run;
    private final Service service;
    private final SharedCheck shared;
    private final Timeline timeline;

    DeliveryEvents(RunState run, Service service, SharedCheck shared, Timeline timeline) {
        this.run = run;
        this.service = service;
        this.shared = shared;
        this.timeline = timeline;
    }

    void received(Received event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        Session session = connection.session();
        if (session == null) {
            throw new HistoryException(
                    "event %d: connection %d has not been accepted"
                            .formatted(index, connection.number()));
        }
        run.counts().add(Count.RECEIVED);
        run.findings().checked(Promise.MQTT);
        MessageId message = event.message();
        if (!event.defect().isEmpty()) {
            found(Anomaly.CORRUPTED, connection, event, event.defect(), index, nanos);
            return;
        }
        if (message == null) {
            run.counts().add(Count.RECEIVED_EMPTY);
            return;
        }
        MessageStream stream = run.known(event.topic(), message);
        if (stream == null) {
            found(Anomaly.NEVER_PUBLISHED, connection, event, "", index, nanos);
            return;
        }
        new Delivery(connection, session, event, stream, message.sequence(), index, nanos).judge();
    }

    private void found(
            Anomaly anomaly,
            Connection connection,
            Received event,
            String why,
            long index,
            long nanos) {
        run.findings()
                .add(
                        anomaly,
                        nanos,
                        () ->
                                "%s on %s came to %s%s"
                                        .formatted(
                                                event.message() == null
                                                        ? "something"
                                                        : event.message(),
                                                event.topic(),
                                                connection.client().id(),
                                                why.isEmpty() ? "" : ": " + why),
                        () -> Evidence.of(index));
    }

    void acknowledged(Acknowledged event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        Session session = connection.session();
        if (session == null) {
            return;
        }
        Inbound inbound = session.unacknowledged().remove(event.packetId());
        if (inbound != null && inbound.live() && inbound.once()) {
            shared.taken(session, inbound.stream(), inbound.sequence(), index, nanos);
        }
    }

    /** One message that came, as its sender sent it. */
    private final class Delivery {
        private final Connection connection;
        private final Session session;
        private final Received event;
        private final MessageStream stream;
        private final long sequence;
        private final long index;
        private final long nanos;

        Delivery(
                Connection connection,
                Session session,
                Received event,
                MessageStream stream,
                long sequence,
                long index,
                long nanos) {
            this.connection = connection;
            this.session = session;
            this.event = event;
            this.stream = stream;
            this.sequence = sequence;
            this.index = index;
            this.nanos = nanos;
        }

        void judge() throws HistoryException {
            if (stream.isWill(sequence)) {
                run.counts().add(Count.WILLS_RECEIVED);
                run.connection(stream.connection(sequence), index).willSeen(index);
            }
            boolean again = isSameDelivery();
            if (event.qos() != QoS.AT_MOST_ONCE) {
                session.unacknowledged()
                        .put(
                                event.packetId(),
                                new Inbound(
                                        stream,
                                        sequence,
                                        !event.retain(),
                                        event.qos() == QoS.EXACTLY_ONCE));
            }
            List<Subscription> possible =
                    session.matching(stream).stream()
                            .filter(each -> each.touches(stream.invoked(sequence), index))
                            .toList();
            if (possible.isEmpty() && !session.isInherited()) {
                found(Anomaly.NOT_SUBSCRIBED, "without a subscription");
            }
            Reception reception = session.receiving(stream, sequence);
            if (event.retain()) {
                run.counts().add(Count.RECEIVED_RETAINED);
                reception.retained(sequence);
                readers();
                service.delivered(connection, -1, index, nanos);
                return;
            }
            service.delivered(connection, stream.invoked(sequence), index, nanos);
            if (again) {
                run.counts().add(Count.REPEATED_QOS_2_SAME_IDENTIFIER);
            } else if (reception.live(sequence)) {
                timeline.delivered(nanos, nanos - stream.invokedNanos(sequence));
                order(reception);
            } else {
                repeated(reception, possible.size());
            }
        }

        /** Whether it is a QoS 2 delivery that is not finished, once more. */
        private boolean isSameDelivery() {
            if (event.qos() != QoS.EXACTLY_ONCE) {
                return false;
            }
            Inbound before = session.unacknowledged().get(event.packetId());
            return before != null && before.stream() == stream && before.sequence() == sequence;
        }

        private void readers() {
            MessageId message = stream.id(sequence);
            run.readers().stream()
                    .filter(reader ->
                            reader.subscription().session() == session
                                    && reader.subscription().matches(stream))
                    .forEach(reader -> reader.got(event.topic(), message, index));
        }

        private void order(Reception reception) {
            QoS qos = stream.qos(sequence);
            long later = reception.highest(qos);
            boolean comparable =
                    !stream.isWill(sequence)
                            && session.matching(stream).stream().noneMatch(Subscription::isShared);
            if (comparable) {
                run.findings().checked(Promise.P3);
                // What an older connection had in its buffers may be read after what a newer one
                // got.
                if (sequence < later && connection.number() >= reception.highestOn(qos)) {
                    if (stream.isOrdered(sequence, later) && !mayBeSentAgain(later)) {
                        run.findings()
                                .add(
                                        Anomaly.OUT_OF_ORDER,
                                        nanos,
                                        () ->
                                                "%s on %s came to %s after %s"
                                                        .formatted(
                                                                stream.id(sequence),
                                                                stream.topic(),
                                                                session.client().id(),
                                                                stream.id(later)),
                                        () ->
                                                Evidence.of(
                                                        stream,
                                                        sequence,
                                                        session.client(),
                                                        stream.invoked(later),
                                                        index));
                    } else {
                        run.counts().add(Count.REORDERED_UNKNOWN);
                    }
                }
            }
            reception.raise(qos, sequence, connection.number());
            if (event.qos() == QoS.EXACTLY_ONCE) {
                run.findings().checked(Promise.P4);
            }
        }

        /**
         * Whether a message that had no answer when the later one left may have left first before
         * anybody here surely subscribed: what comes may be what its publisher has sent again,
         * behind others.
         */
        private boolean mayBeSentAgain(long later) {
            long answered = stream.acknowledged(sequence);
            boolean again =
                    answered == MessageStream.NEVER
                            || (stream.isSentAgain(sequence) && answered > stream.invoked(later));
            return again
                    && session.matching(stream).stream()
                            .noneMatch(each ->
                                    each.isCertain()
                                            && each.certainSince() < stream.invoked(sequence));
        }

        private void repeated(Reception reception, int allowed) {
            boolean tooOften = reception.count(sequence) > Math.max(1, allowed);
            // Only a broker sends wills, so that it cannot have got one twice itself.
            boolean here = reception.highestOn(stream.qos(sequence)) == connection.number();
            if (stream.isWill(sequence) && tooOften && here && !event.dup()) {
                foundAgain(Anomaly.WILL_DOUBLED);
            } else if (event.qos() == QoS.EXACTLY_ONCE) {
                if (tooOften && !stream.isSentAnew(sequence) && !session.isInherited()) {
                    foundAgain(Anomaly.DUPLICATE_QOS_2);
                }
            } else if (event.qos() == QoS.AT_LEAST_ONCE) {
                run.counts()
                        .add(event.dup() ? Count.REPEATED_QOS_1 : Count.REPEATED_QOS_1_WITHOUT_DUP);
            } else {
                run.counts().add(Count.REPEATED_QOS_0);
            }
        }

        private void foundAgain(Anomaly anomaly) {
            run.findings()
                    .add(
                            anomaly,
                            nanos,
                            () ->
                                    "%s on %s came to %s again"
                                            .formatted(
                                                    stream.id(sequence),
                                                    stream.topic(),
                                                    session.client().id()),
                            () -> Evidence.of(stream, sequence, session.client(), index));
        }

        private void found(Anomaly anomaly, String why) {
            DeliveryEvents.this.found(anomaly, connection, event, why, index, nanos);
        }
    }
}
