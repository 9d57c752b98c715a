package io.skein.cluster;

import io.skein.cluster.StoredSession.Slot;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a stored session, ascending by sequence number. A message nearly always joins at the
 * end and leaves near the beginning, so it is a ring: 16 bytes for each message and nothing to be
 * allocated. What joins or leaves elsewhere is found by halving, and the nearer side moves. Not
 * thread-safe.
 */
final class MessageQueue {
    private static final int SMALLEST = 8;

    /** A queue this large that has nearly emptied gives memory back. */
    private static final int SHRINKS_ABOVE = 256;

    private static final int PACKET_ID = 0xFFFF;
    private static final int RELEASED = 1 << 16;

    // Rings of one length, which is a power of two or 0.
    private long[] sequences = {};
    private @Nullable QueuedMessage[] messages = {};
    private int[] states = {}; // packet id and RELEASED

    private int first;
    private int size;

    MessageQueue() {}

    private MessageQueue(MessageQueue from) {
        sequences = from.sequences.clone();
        messages = from.messages.clone();
        states = from.states.clone();
        first = from.first;
        size = from.size;
    }

    MessageQueue copy() {
        return new MessageQueue(this);
    }

    /** Adds a message that was not sent yet, in place of the one with this number if there is. */
    void put(long sequence, QueuedMessage message) {
        int found = size > 0 && sequence > sequence(size - 1) ? ~size : find(sequence);
        int index = found;
        if (found < 0) {
            index = ~found;
            insert(index);
        }
        int at = at(index);
        sequences[at] = sequence;
        messages[at] = message;
        states[at] = 0;
    }

    @Nullable QueuedMessage get(long sequence) {
        int index = find(sequence);
        return index < 0 ? null : messages[at(index)];
    }

    @Nullable Slot slot(long sequence) {
        int index = find(sequence);
        return index < 0 ? null : slotAt(index);
    }

    @Nullable Slot last() {
        return size == 0 ? null : slotAt(size - 1);
    }

    void sent(long sequence, int packetId) {
        int index = find(sequence);
        if (index >= 0) {
            states[at(index)] = (states[at(index)] & RELEASED) | packetId;
        }
    }

    void released(long sequence) {
        int index = find(sequence);
        if (index >= 0) {
            states[at(index)] |= RELEASED;
        }
    }

    /** Takes a message out and returns it; null if it is not there. */
    @Nullable QueuedMessage remove(long sequence) {
        int index = find(sequence);
        if (index < 0) {
            return null;
        }
        QueuedMessage removed = messages[at(index)];
        if (index < size / 2) {
            for (int i = index; i > 0; i--) {
                move(i - 1, i);
            }
            messages[first] = null;
            first = at(1);
        } else {
            for (int i = index; i < size - 1; i++) {
                move(i + 1, i);
            }
            messages[at(size - 1)] = null;
        }
        size--;
        if (sequences.length > SHRINKS_ABOVE && size < sequences.length / 8) {
            resize(sequences.length / 2);
        }
        return removed;
    }

    void clear() {
        sequences = new long[0];
        messages = new QueuedMessage[0];
        states = new int[0];
        first = 0;
        size = 0;
    }

    /** What is there from a sequence number on; not to be changed while it is gone through. */
    Collection<Slot> from(long sequence) {
        int found = find(sequence);
        return new View(found < 0 ? ~found : found);
    }

    /** All of it; not to be changed while it is gone through. */
    Collection<Slot> all() {
        return new View(0);
    }

    /** The index of a sequence number, or the complement of the one it would be inserted at. */
    private int find(long sequence) {
        if (size == 0 || sequence < sequence(0)) {
            return ~0;
        }
        if (sequence > sequence(size - 1)) {
            return ~size;
        }
        // No number is there twice: it cannot stand further from the first than it differs.
        long distance = sequence - sequence(0); // unsigned
        int high = Long.compareUnsigned(distance, size - 1) < 0 ? (int) distance : size - 1;
        if (sequence(high) == sequence) {
            return high;
        }
        int low = 0;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = sequence(middle);
            if (there < sequence) {
                low = middle + 1;
            } else if (there > sequence) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return ~low;
    }

    /** Makes room at an index. */
    private void insert(int index) {
        if (size == sequences.length) {
            resize(Math.max(SMALLEST, size * 2));
        }
        size++;
        if (index < size / 2) {
            first = at(-1);
            for (int i = 0; i < index; i++) {
                move(i + 1, i);
            }
        } else {
            for (int i = size - 1; i > index; i--) {
                move(i - 1, i);
            }
        }
    }

    private void move(int from, int to) {
        int source = at(from);
        int target = at(to);
        sequences[target] = sequences[source];
        messages[target] = messages[source];
        states[target] = states[source];
    }

    private void resize(int length) {
        long[] newSequences = new long[length];
        @Nullable QueuedMessage[] newMessages = new QueuedMessage[length];
        int[] newStates = new int[length];
        int toEnd = Math.min(size, sequences.length - first);
        System.arraycopy(sequences, first, newSequences, 0, toEnd);
        System.arraycopy(sequences, 0, newSequences, toEnd, size - toEnd);
        System.arraycopy(messages, first, newMessages, 0, toEnd);
        System.arraycopy(messages, 0, newMessages, toEnd, size - toEnd);
        System.arraycopy(states, first, newStates, 0, toEnd);
        System.arraycopy(states, 0, newStates, toEnd, size - toEnd);
        sequences = newSequences;
        messages = newMessages;
        states = newStates;
        first = 0;
    }

    private int at(int index) {
        return first + index & sequences.length - 1;
    }

    private long sequence(int index) {
        return sequences[at(index)];
    }

    private Slot slotAt(int index) {
        int at = at(index);
        QueuedMessage message = messages[at];
        if (message == null) {
            throw new IllegalStateException("no message at " + index + " of " + size);
        }
        boolean released = (states[at] & RELEASED) != 0;
        return new Slot(sequences[at], message, states[at] & PACKET_ID, released);
    }

    private final class View extends AbstractCollection<Slot> {
        private final int begin;

        View(int begin) {
            this.begin = begin;
        }

        @Override
        public int size() {
            return size - begin;
        }

        @Override
        public Iterator<Slot> iterator() {
            return new Iterator<>() {
                private int next = begin;

                @Override
                public boolean hasNext() {
                    return next < size;
                }

                @Override
                public Slot next() {
                    if (next >= size) {
                        throw new NoSuchElementException();
                    }
                    return slotAt(next++);
                }
            };
        }
    }
}
