package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.check.Pending.Publishing;
import io.skein.lab.history.Event;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.MessageId;
import io.skein.mqtt.QoS;

/** What clients publish. */
final class PublishEvents {
    private final RunState run;
    private final Service service;
    private final Timeline timeline;

    PublishEvents(RunState run, Service service, Timeline timeline) {
        this.run = run;
        this.service = service;
        this.timeline = timeline;
    }

    void publish(Publish event, long index, long nanos)
            throws HistoryException, RecordTooLargeException {
        Connection connection = run.connection(event.connection(), index);
        boolean expires = event.expirySeconds() != Event.UNSET;
        boolean weak = event.qos() == QoS.AT_MOST_ONCE;
        MessageId message = event.message();
        MessageStream stream = null;
        if (message != null) {
            stream = run.stream(event.topic(), message);
            run.count(stream, message.sequence(), index);
            if (!stream.add(
                    message.sequence(),
                    index,
                    nanos,
                    event.connection(),
                    event.qos(),
                    event.retain(),
                    expires,
                    false)) {
                throw usedTwice(stream, message.sequence(), index);
            }
        }
        run.counts().add(Count.PUBLISHED);
        if (!weak) {
            connection.client().attempts(index, nanos);
        }
        run.begin(
                event.op(),
                new Publishing(
                        connection,
                        index,
                        nanos,
                        stream,
                        message == null ? 0 : message.sequence(),
                        event.qos(),
                        event.retain()
                                ? run.retained(event.topic()).sent(message, weak || expires, index)
                                : null));
    }

    static HistoryException usedTwice(MessageStream stream, long sequence, long index) {
        return new HistoryException(
                "event %d: message %s on %s was sent before"
                        .formatted(index, stream.id(sequence), stream.topic()));
    }

    void published(Published event, long index, long nanos) throws HistoryException {
        Publishing begun = run.end(event.op(), index, Publishing.class);
        if (begun.qos() == QoS.AT_MOST_ONCE) {
            return;
        }
        run.counts().add(Count.ACKNOWLEDGED);
        timeline.acknowledged(nanos);
        if (begun.stream() != null) {
            begun.stream().acknowledge(begun.sequence(), index, event.connection());
        }
        if (begun.candidate() != null) {
            begun.candidate().topic().acknowledged(begun.candidate(), index);
        }
        service.answered(run.connection(event.connection(), index), begun, index, nanos);
    }

    /** A publish was refused. */
    void failed() {
        run.counts().add(Count.REFUSED);
    }

    /** A publish was given up. */
    void unknown() {
        run.counts().add(Count.UNKNOWN);
    }
}
