package io.skein.cluster.bridge;

import io.skein.mqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 and 2 messages under way in one direction, by packet id, and those that wait because
 * the receiver allows no more. The sender's own window bounds both.
 */
final class Window {
    private static final int IDS = 65_535;

    private final BitSet ids = new BitSet();
    private final Queue<Publish> waiting = new ArrayDeque<>();
    private int maximum;
    private int count;
    private int reserved;

    /** How many may be under way from now on; none before this is called. */
    void open(int messages) {
        maximum = messages;
    }

    /** The message to send now, which is this one or none; it waits then. */
    @Nullable Publish offer(Publish publish) {
        waiting.add(publish);
        return next();
    }

    /** The message to send now that there may be room. */
    @Nullable Publish next() {
        Publish first = waiting.peek();
        if (first == null) {
            return null;
        }
        int id = first.packetId();
        boolean passes = id == 0 || ids.get(id) || (count < maximum && id != reserved);
        if (maximum == 0 || !passes) {
            return null;
        }
        if (id != 0) {
            use(id);
        }
        return waiting.remove();
    }

    /** This id is under way, whether or not its message has come by here. */
    void use(int packetId) {
        if (!ids.get(packetId)) {
            ids.set(packetId);
            count++;
        }
    }

    void free(int packetId) {
        if (ids.get(packetId)) {
            ids.clear(packetId);
            count--;
        }
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** A packet id that no message has, and that none gets until it is given back. */
    int reserve() {
        reserved = ids.previousClearBit(IDS);
        return reserved;
    }

    void giveBack() {
        reserved = 0;
    }
}
