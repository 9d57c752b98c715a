package io.skein.lab.capacity;

/** What became of one load. */
enum Judgement {
    /** The bound was kept and nothing was lost. */
    KEPT,
    /** The bound was broken, or something was lost, refused or not taken. */
    BROKEN,
    /** The generator was late or full: the probe says nothing of the target. */
    UNKNOWN
}
