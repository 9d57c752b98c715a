package io.skein.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 and 2 messages sent to one client and not yet acknowledged, by packet id. A table
 * indexed by the low bits of the id: ids are given out in ascending order, an id whose place is
 * taken is skipped, so finding and freeing one is a single array access. Empty windows hold no
 * memory.
 */
final class InflightWindow {
    private static final Slot[] EMPTY = new Slot[0];
    private static final int SMALLEST = 8;
    private static final int IDS = 65_536;

    private @Nullable Slot[] table = EMPTY;
    private int count;
    private int lastId;

    int size() {
        return count;
    }

    /**
     * Gives the message the next free packet id and keeps it.
     *
     * @throws IllegalStateException if all 65,535 packet ids are in use
     */
    void add(Slot slot) { // [MQTT-2.2.1-4] an id that is not in use
        makeRoom();
        int id = lastId;
        do {
            id = id == IDS - 1 ? 1 : id + 1; // [MQTT-2.2.1-3] never 0
        } while (table[id & (table.length - 1)] != null);
        lastId = id;
        slot.packetId = id;
        table[id & (table.length - 1)] = slot;
        count++;
    }

    /** Keeps a message that has its packet id already, from a stored session. */
    void restore(Slot slot) {
        makeRoom();
        while (table[slot.packetId & (table.length - 1)] != null) {
            grow();
        }
        table[slot.packetId & (table.length - 1)] = slot;
        lastId = Math.max(lastId, slot.packetId);
        count++;
    }

    @Nullable Slot get(int packetId) {
        if (count == 0) {
            return null;
        }
        Slot slot = table[packetId & (table.length - 1)];
        return slot != null && slot.packetId == packetId ? slot : null;
    }

    void remove(Slot slot) {
        table[slot.packetId & (table.length - 1)] = null;
        count--;
    }

    /** All messages in the order in which they were queued. */
    List<Slot> inOrder() {
        List<Slot> slots = new ArrayList<>(count);
        for (Slot slot : table) {
            if (slot != null) {
                slots.add(slot);
            }
        }
        slots.sort(Comparator.comparingLong(slot -> slot.sequence));
        return slots;
    }

    /**
     * At least half of the places are free, but in the largest table, which has one for each id.
     */
    private void makeRoom() {
        if (count == IDS - 1) {
            throw new IllegalStateException("all 65,535 packet ids are in use");
        }
        if (count * 2 >= table.length && table.length < IDS) {
            grow();
        }
    }

    private void grow() {
        @Nullable Slot[] old = table;
        if (old.length == IDS) {
            throw new IllegalStateException("two messages have one packet id");
        }
        table = new Slot[Math.max(SMALLEST, old.length * 2)];
        for (Slot slot : old) {
            if (slot != null) { // distinct places stay distinct when one more bit counts
                table[slot.packetId & (table.length - 1)] = slot;
            }
        }
    }
}
