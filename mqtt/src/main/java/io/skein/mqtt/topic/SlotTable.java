package io.skein.mqtt.topic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing set with one writer at a time and any number of readers that take no lock.
 *
 * <p>What makes that safe: an element never moves within an array. A removed one leaves a
 * tombstone, so no reader's probe ends early; the array is replaced as a whole, by a copy that is
 * complete before it is seen; a reader that holds the old one reads a state that was true when it
 * began.
 */
abstract class SlotTable<E> {
    /** What stands where an element was. */
    enum Tombstone {
        TOMBSTONE
    }

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int FIRST_SLOTS = 4;

    private volatile @Nullable Object[] slots = new @Nullable Object[FIRST_SLOTS];
    private int live;

    /** Slots that are not null: live ones and tombstones. At most three quarters of all. */
    private int used;

    /** The hash of an element, well spread in its lower bits. */
    abstract int hashOf(E element);

    /** The array as it is now, for reading slot by slot with {@link #slot}. */
    final @Nullable Object[] slots() {
        return slots;
    }

    /** What is in a slot: null, a tombstone or an element. */
    static @Nullable Object slot(@Nullable Object[] slots, int index) {
        return SLOT.getAcquire(slots, index);
    }

    static boolean isElement(@Nullable Object slot) {
        return slot != null && !(slot instanceof Tombstone);
    }

    /** How many elements there are; writer only. */
    final int live() {
        return live;
    }

    /** Adds an element that is not there yet; writer only. */
    final void insert(E element) {
        if ((used + 1) * 4L > slots.length * 3L) {
            resize();
        }
        @Nullable Object[] table = slots;
        int mask = table.length - 1;
        int index = hashOf(element) & mask;
        while (isElement(table[index])) {
            index = (index + 1) & mask;
        }
        used += table[index] == null ? 1 : 0;
        live++;
        SLOT.setRelease(table, index, element);
    }

    /** Puts a tombstone in the place of an element that is there; writer only. */
    final void remove(Object element, int hash) {
        @Nullable Object[] table = slots;
        int mask = table.length - 1;
        int index = hash & mask;
        while (!element.equals(table[index])) {
            if (table[index] == null) {
                throw new IllegalStateException("not in this table");
            }
            index = (index + 1) & mask;
        }
        live--;
        SLOT.setRelease(table, index, Tombstone.TOMBSTONE);
        if (table.length > FIRST_SLOTS && live * 8L < table.length) {
            resize();
        }
    }

    /** Any element; writer only, and only while there is one. */
    final Object any() {
        for (Object element : slots) {
            if (element != null && isElement(element)) {
                return element;
            }
        }
        throw new IllegalStateException("empty");
    }

    /** A table without tombstones, at most half full. */
    private void resize() {
        int capacity = FIRST_SLOTS;
        while ((live + 1) * 2L > capacity) {
            capacity <<= 1;
        }
        @Nullable Object[] next = new @Nullable Object[capacity];
        for (Object element : slots) {
            if (element != null && isElement(element)) {
                @SuppressWarnings("unchecked") // only insert() writes elements
                int index = hashOf((E) element) & (capacity - 1);
                while (next[index] != null) {
                    index = (index + 1) & (capacity - 1);
                }
                next[index] = element;
            }
        }
        used = live;
        slots = next;
    }
}
