package io.skein.lab.failover;

import io.skein.lab.history.Closing;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The record of a repetition that was made up, event by event, at times in milliseconds. */
final class Tale {
    private record Told(long millis, Event event) {}

    private final List<Told> told = new ArrayList<>();
    private long ops;

    /** Returns the number of the connection. */
    long connects(long millis, String client, String node, boolean sessionPresent) {
        long op = ++ops;
        tell(millis, new Event.Connect(op, client, node, 5, false, 3_600, 4, null));
        return tell(millis, new Event.Connected(op, sessionPresent, 3_600), op);
    }

    /** A client that is subscribed to a topic; returns the number of the connection. */
    long subscriber(long millis, String client, String node, String topic) {
        long connection = connects(millis, client, node, false);
        long op = ++ops;
        tell(
                millis,
                new Event.Subscribe(op, connection, topic, QoS.AT_LEAST_ONCE, false, false, 0, 0));
        tell(millis, new Event.Subscribed(op, QoS.AT_LEAST_ONCE));
        return connection;
    }

    /** Returns the number of the operation. */
    long publishes(long millis, long connection, String topic, int publisher, long sequence) {
        long op = ++ops;
        return tell(
                millis,
                new Event.Publish(
                        op,
                        connection,
                        topic,
                        new MessageId(publisher, sequence),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Event.UNSET),
                op);
    }

    Tale acknowledged(long millis, long op) {
        return tell(millis, new Event.Published(op, 1, 0));
    }

    Tale givenUp(long millis, long op) {
        return tell(millis, new Event.Unknown(op, "lost"));
    }

    Tale refused(long millis, long op) {
        return tell(millis, new Event.Failed(op, 0x97, ""));
    }

    Tale received(long millis, long connection, String topic, int publisher, long sequence) {
        return tell(
                millis,
                new Event.Received(
                        connection,
                        1,
                        topic,
                        new MessageId(publisher, sequence),
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        List.of(),
                        ""));
    }

    Tale closed(long millis, long connection) {
        return tell(millis, new Event.Closed(connection, Closing.LOST, 0, "gone"));
    }

    Tale fault(long millis, String node) {
        return tell(millis, new Event.FaultBegun(1, "kill", node, "SIGKILL"));
    }

    Tale reached(long millis, Phase phase) {
        return tell(millis, new Event.Reached(phase));
    }

    private Tale tell(long millis, Event event) {
        told.add(new Told(millis, event));
        return this;
    }

    private long tell(long millis, Event event, long number) {
        tell(millis, event);
        return number;
    }

    /** What is reckoned from it. */
    Figures figures(Path directory) throws IOException {
        Path file = directory.resolve("history.jsonl");
        long[] now = {0};
        try (HistoryWriter writer = HistoryWriter.create(file, () -> now[0])) {
            told.sort(Comparator.comparingLong(Told::millis)); // of one instant as they were told
            for (Told each : told) {
                now[0] = each.millis() * 1_000_000;
                writer.record(each.event());
            }
        }
        return Reckoning.of(file);
    }
}
