package io.skein.lab.client;

import io.skein.mqtt.packet.Publish;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers this side has in use, with what each waits for. An entry lies in the slot
 * {@code id mod capacity}; identifiers whose slot is taken are passed over when a new one is
 * chosen, so there are no collisions, no objects per message, and every step is O(1) while at most
 * half of the slots are taken. For one thread at a time.
 */
final class InflightWindow {
    /** What an identifier waits for. */
    static final byte FREE = 0;

    static final byte PUBACK = 4;
    static final byte PUBREC = 5;
    static final byte PUBCOMP = 7;
    static final byte SUBACK = 9;
    static final byte UNSUBACK = 11;

    private static final int IDENTIFIERS = 65_535;
    private static final int CAPACITY_MAXIMUM = 65_536;

    private byte[] awaited = new byte[16];
    private int[] identifiers = new int[16];
    private long[] tokens = new long[16];
    private @Nullable Object[] callbacks = new @Nullable Object[16];
    private @Nullable Publish[] messages = new @Nullable Publish[16];
    private int used;
    private int publishes;
    private int last;

    /** Receives the entries of a window. */
    interface Visitor {
        void visit(int slot);
    }

    /** Publishes that are not settled yet. */
    int publishes() {
        return publishes;
    }

    /**
     * Whether another exchange may begin; a few identifiers stay free for the search to be short.
     */
    boolean hasRoom() {
        return used < IDENTIFIERS - 1_024;
    }

    /**
     * Takes an identifier. The caller has asked {@link #hasRoom()}.
     *
     * @param callback given back by {@link #callback}
     * @param message to be sent again on another connection, or null if it cannot be
     * @return 1 to 65,535
     */
    int open(byte awaits, long token, Object callback, @Nullable Publish message) {
        if (used * 2 >= awaited.length && awaited.length < CAPACITY_MAXIMUM) {
            grow();
        }
        int mask = awaited.length - 1;
        int id = last;
        do {
            id = id == IDENTIFIERS ? 1 : id + 1;
        } while (awaited[id & mask] != FREE);
        last = id;
        int slot = id & mask;
        awaited[slot] = awaits;
        identifiers[slot] = id;
        tokens[slot] = token;
        callbacks[slot] = callback;
        messages[slot] = message;
        used++;
        publishes += isPublish(awaits) ? 1 : 0;
        return id;
    }

    /** The slot of this identifier if it waits for that, or -1. */
    int find(int id, byte awaits) {
        int slot = id & (awaited.length - 1);
        return awaited[slot] == awaits && identifiers[slot] == id ? slot : -1;
    }

    /** The same exchange now waits for the next packet of it. */
    void await(int slot, byte awaits) {
        awaited[slot] = awaits;
    }

    byte awaited(int slot) {
        return awaited[slot];
    }

    int identifier(int slot) {
        return identifiers[slot];
    }

    long token(int slot) {
        return tokens[slot];
    }

    @Nullable Object callback(int slot) {
        return callbacks[slot];
    }

    @Nullable Publish message(int slot) {
        return messages[slot];
    }

    /** Gives the identifier back. */
    void close(int slot) {
        used--;
        publishes -= isPublish(awaited[slot]) ? 1 : 0;
        awaited[slot] = FREE;
        callbacks[slot] = null;
        messages[slot] = null;
    }

    /** Visits what is open, oldest first; the visitor may close what it visits. */
    void oldestFirst(Visitor visitor) {
        int mask = awaited.length - 1;
        int id = last;
        for (int i = 0; i < IDENTIFIERS && used > 0; i++) {
            id = id == IDENTIFIERS ? 1 : id + 1;
            int slot = id & mask;
            if (awaited[slot] != FREE && identifiers[slot] == id) {
                visitor.visit(slot);
            }
        }
    }

    private static boolean isPublish(byte awaits) {
        return awaits == PUBACK || awaits == PUBREC || awaits == PUBCOMP;
    }

    private void grow() {
        int capacity = awaited.length * 2;
        byte[] oldAwaited = awaited;
        int[] oldIdentifiers = identifiers;
        long[] oldTokens = tokens;
        @Nullable Object[] oldCallbacks = callbacks;
        @Nullable Publish[] oldMessages = messages;
        awaited = new byte[capacity];
        identifiers = new int[capacity];
        tokens = new long[capacity];
        callbacks = new @Nullable Object[capacity];
        messages = new @Nullable Publish[capacity];
        for (int i = 0; i < oldAwaited.length; i++) {
            if (oldAwaited[i] != FREE) {
                int slot = oldIdentifiers[i] & (capacity - 1);
                awaited[slot] = oldAwaited[i];
                identifiers[slot] = oldIdentifiers[i];
                tokens[slot] = oldTokens[i];
                callbacks[slot] = oldCallbacks[i];
                messages[slot] = oldMessages[i];
            }
        }
    }

    @Override
    public String toString() {
        return "InflightWindow[used=" + used + ", awaited=" + Arrays.toString(awaited) + "]";
    }
}
