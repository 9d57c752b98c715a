package io.skein.lab.capacity;

/** What became of one load. */
enum Judgement {
    /** The bound was kept and nothing was lost. */
    KEPT,
    /** The bound was broken, or something was lost, refused or not taken. */
    BROKEN,
    /** It was broken while the generator was late or full: this says nothing of the target. */
    UNKNOWN
}
