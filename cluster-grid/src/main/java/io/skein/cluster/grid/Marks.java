package io.skein.cluster.grid;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a session has had of the messages that other nodes may have to send again, because whoever
 * had them died before it answered. There are no more than a node has unanswered at one time. Lives
 * on the loop.
 */
final class Marks {
    /** Lives of nodes that are remembered, the latest; more than ever publish at one time. */
    private static final int LIMIT = 64;

    private final List<Line> lines = new ArrayList<>(2);

    /** What came from one life of a node: the ordinals, as they came. */
    private static final class Line {
        final String node;
        final long life;
        long[] ordinals;
        int count;

        /** No message after this one is known: what comes in order is not looked for. */
        long highest;

        Line(String node, long life, long[] ordinals, int count) {
            this.node = node;
            this.life = life;
            this.ordinals = ordinals;
            this.count = count;
            for (int i = 0; i < count; i++) {
                highest = Math.max(highest, Origin.message(ordinals[i]));
            }
        }

        boolean isOf(Origin origin) {
            return life == origin.life() && node.equals(origin.node());
        }

        void note(Origin origin) {
            if (count == ordinals.length) {
                dropUpTo(origin.answered());
            }
            if (count == ordinals.length) {
                ordinals = Arrays.copyOf(ordinals, count * 2);
            }
            ordinals[count++] = origin.ordinal();
            highest = Math.max(highest, origin.message());
        }

        private void dropUpTo(long answered) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (Origin.message(ordinals[i]) > answered) {
                    ordinals[kept++] = ordinals[i];
                }
            }
            count = kept;
        }

        boolean has(long ordinal) {
            if (Origin.message(ordinal) > highest) {
                return false;
            }
            for (int i = count - 1; i >= 0; i--) {
                if (ordinals[i] == ordinal) {
                    return true;
                }
            }
            return false;
        }

        Line copy() {
            return new Line(node, life, Arrays.copyOf(ordinals, Math.max(count, 4)), count);
        }
    }

    /** What its queue shows that a session has had. */
    static Marks of(StoredSession session) {
        Marks marks = new Marks();
        session.queue().forEach(slot -> marks.note(slot.queued().message()));
        return marks;
    }

    /** A message was queued. */
    void note(Message message) {
        Origin origin = message.origin();
        if (origin != null) {
            note(origin);
        }
    }

    /** The same for the message from there. */
    void note(Origin origin) {
        for (Line line : lines) {
            if (line.isOf(origin)) {
                line.note(origin);
                return;
            }
        }
        Line line = new Line(origin.node(), origin.life(), new long[4], 0);
        line.note(origin);
        add(line);
    }

    /** What the same session has had by what another knows of it. */
    void noteAll(Marks others) {
        for (Line line : others.lines) {
            for (int i = 0; i < line.count; i++) {
                Origin origin = new Origin(line.node, line.life, line.ordinals[i], 0);
                if (!cover(origin)) {
                    note(origin);
                }
            }
        }
    }

    private void add(Line line) {
        lines.add(line);
        if (lines.size() > LIMIT) {
            lines.removeFirst();
        }
    }

    /** Whether the session has had this message; false where that cannot be told. */
    boolean cover(Message message) {
        Origin origin = message.origin();
        return origin != null && cover(origin);
    }

    /** The same for the message from there. */
    boolean cover(Origin origin) {
        return lines.stream().anyMatch(line -> line.isOf(origin) && line.has(origin.ordinal()));
    }

    /** The same, to go on from apart. */
    Marks copy() {
        Marks copy = new Marks();
        lines.forEach(line -> copy.lines.add(line.copy()));
        return copy;
    }

    void write(StateWriter out) {
        out.number(lines.size());
        for (Line line : lines) {
            out.string(line.node);
            out.number(line.life);
            out.number(line.count);
            for (int i = 0; i < line.count; i++) {
                out.number(line.ordinals[i]);
            }
        }
    }

    static Marks read(StateReader in) {
        Marks marks = new Marks();
        for (long left = in.number(); left > 0; left--) {
            Line line = new Line(in.string(), in.number(), new long[4], 0);
            for (long more = in.number(); more > 0; more--) {
                line.note(new Origin(line.node, line.life, in.number(), 0));
            }
            marks.add(line);
        }
        return marks;
    }
}
