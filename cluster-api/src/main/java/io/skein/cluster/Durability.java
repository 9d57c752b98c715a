package io.skein.cluster;

/** When a store calls a write kept. */
public enum Durability {
    /** After it was forced to the device: survives power loss. */
    SYNC,
    /** After it was handed to the operating system: survives kill -9 of the process. */
    OS,
    /** At once, nothing is written: survives nothing. */
    NONE
}
