package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.codec.CorruptStateException;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;

/** One thing that the log keeps; the body of a record is any number of them. */
sealed interface Entry {
    /** A change of a session that is kept. */
    record Changed(SessionChange change) implements Entry {}

    /** A retained message, or with an empty payload the end of one. */
    record Retained(Message message) implements Entry {}

    /** Appends it to the body of a record. */
    default void write(StateWriter out) {
        switch (this) {
            case Changed changed -> {
                out.number(1);
                out.change(changed.change());
            }
            case Retained retained -> {
                out.number(2);
                out.message(retained.message());
            }
        }
    }

    /** Reads the next one of a record. */
    static Entry read(StateReader in) {
        long kind = in.number();
        if (kind == 1) {
            return new Changed(in.change());
        }
        if (kind == 2) {
            return new Retained(in.message());
        }
        throw new CorruptStateException("an entry of kind " + kind);
    }
}
