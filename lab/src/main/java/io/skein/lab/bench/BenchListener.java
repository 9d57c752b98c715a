package io.skein.lab.bench;

import io.skein.lab.load.RoundProgress;

/** Hears how a bench comes along; called on the thread that runs it. */
public interface BenchListener {
    /** Hears nothing. */
    BenchListener NONE = new BenchListener() {};

    /** Where a bench is. */
    enum Phase {
        /** Sending, but not yet measuring. */
        WARMUP,
        /** Sending and measuring. */
        MEASURING,
        /** Waiting for what is under way. */
        DRAINING
    }

    /** This many of all clients have begun to connect. */
    default void onConnecting(int clients, int of) {}

    /** Everybody is connected and warm; the measurement begins when this returns. */
    default void onReady() {}

    /** Another second has passed. */
    default void onProgress(Phase phase, RoundProgress progress) {}
}
