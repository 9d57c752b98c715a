package io.skein.lab.history;

/** The parts of a run. */
public enum Phase {
    /** A fault begins to be undone: from here on its node may come back. */
    UNDOING,

    /** The last fault is undone. */
    HEALED,

    /** Nothing more is published; persistent sessions are read until nothing comes. */
    DRAIN_BEGIN,

    /** What is going to arrive has arrived. */
    DRAIN_END,

    /** The record is whole. One without this was cut short. */
    END
}
