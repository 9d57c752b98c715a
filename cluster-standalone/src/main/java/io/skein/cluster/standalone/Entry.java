package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.codec.CorruptStateException;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;

/** One thing that the log keeps; the body of a record is any number of them. */
sealed interface Entry {
    // What stands before an entry.
    int CHANGED = 1;
    int RETAINED = 2;

    /** A change of a session that is kept. */
    record Changed(SessionChange change) implements Entry {}

    /** A retained message, or with an empty payload the end of one. */
    record Retained(Message message) implements Entry {}

    /** Appends it to the body of a record. */
    default void write(StateWriter out) {
        switch (this) {
            case Changed changed -> write(changed.change(), out);
            case Retained retained -> write(retained.message(), out);
        }
    }

    /** Appends a change to the body of a record. */
    static void write(SessionChange change, StateWriter out) {
        out.number(CHANGED);
        out.change(change);
    }

    /** Appends a retained message to the body of a record. */
    static void write(Message retained, StateWriter out) {
        out.number(RETAINED);
        out.message(retained);
    }

    /** Reads the next one of a record. */
    static Entry read(StateReader in) {
        long kind = in.number();
        if (kind == CHANGED) {
            return new Changed(in.change());
        }
        if (kind == RETAINED) {
            return new Retained(in.message());
        }
        throw new CorruptStateException("an entry of kind " + kind);
    }
}
