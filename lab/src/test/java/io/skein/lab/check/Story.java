package io.skein.lab.check;

import io.skein.lab.history.Event;
import io.skein.lab.history.Event.FaultBegun;
import io.skein.lab.history.Event.FaultEnded;
import io.skein.lab.history.Event.Reached;
import io.skein.lab.history.Event.Start;
import io.skein.lab.history.HistoryReader;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A record told event by event. A millisecond passes between events unless more is said. */
final class Story {
    private static final long STEP = 1_000_000;

    /** An event at its time. */
    record Told(long nanos, Event event) {}

    /**
     * A message of the story.
     *
     * @param op of its publish; 0 for a will
     */
    record Message(long op, String topic, MessageId id, QoS qos, boolean retain) {}

    private final List<Told> told = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private long nanos;
    private long ops;
    private int actors;
    private int faults;

    Story() {
        tell(new Start("a broker", 7, "2026-01-01T00:00:00Z", "skein lab chaos --seed 7"));
    }

    /** A client, not connected. */
    Actor actor(String client) {
        return new Actor(this, client, ++actors);
    }

    /** A client with a persistent session and these subscriptions at QoS 2, connected. */
    Actor reader(String client, String... filters) {
        Actor actor = actor(client).persistent().connects();
        for (String filter : filters) {
            actor.subscribes(filter, 2);
        }
        return actor;
    }

    Story after(double seconds) {
        nanos += (long) (seconds * 1e9);
        return this;
    }

    Story fault(String kind) {
        return tell(new FaultBegun(++faults, kind, "n1", "done"));
    }

    Story faultEnds() {
        return tell(new FaultEnded(faults, "undone"));
    }

    /** Nothing more is published, and all is healed. */
    Story drains() {
        return after(2).tell(new Reached(Phase.HEALED)).tell(new Reached(Phase.DRAIN_BEGIN));
    }

    /** The drain ends after ten seconds, and with it the record. */
    Story ends() {
        return after(10).tell(new Reached(Phase.DRAIN_END)).tell(new Reached(Phase.END));
    }

    Story tell(Event event) {
        told.add(new Told(nanos, event));
        nanos += STEP;
        return this;
    }

    long nextOp() {
        return ++ops;
    }

    MessageId next(int publisher, String topic) {
        return new MessageId(
                publisher, sequences.merge(publisher + " " + topic, 1L, Long::sum) - 1);
    }

    /** Everything so far; may be changed. */
    List<Told> told() {
        return told;
    }

    Path write(Path folder) throws IOException {
        return write(told, folder.resolve(HistoryReader.FILE));
    }

    static Path write(List<Told> events, Path file) throws IOException {
        long[] now = {0};
        try (HistoryWriter writer = HistoryWriter.create(file, () -> now[0])) {
            for (Told each : events) {
                now[0] = each.nanos();
                writer.record(each.event());
            }
        }
        return file;
    }
}
