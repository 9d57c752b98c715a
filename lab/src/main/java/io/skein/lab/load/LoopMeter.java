package io.skein.lab.load;

import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.LoopCounter;

/** What one event loop counts in one round: written by the loop, read by anyone. */
final class LoopMeter {
    /** When the round began; set by the loop before anything of it can be sent. */
    long startNanos;

    final LoopCounter sent = new LoopCounter();
    final LoopCounter acknowledged = new LoopCounter();
    final LoopCounter refused = new LoopCounter();
    final LoopCounter unsettled = new LoopCounter();
    final LoopCounter received = new LoopCounter();
    final LoopCounter distinct = new LoopCounter();
    final LoopCounter corrupted = new LoopCounter();
    final LoopCounter stale = new LoopCounter();

    /** Messages that were late because the target's side of the connection was full. */
    final LoopCounter heldBack = new LoopCounter();

    /** Time spent awake only to be in time: it takes CPU, but is not work. */
    final LoopCounter awakeNanos = new LoopCounter();

    /** From the instant a message was due to its arrival. */
    final LatencyRecorder latency = new LatencyRecorder();

    /** From the instant a message was due to its sending, where nothing held it back. */
    final LatencyRecorder lateness = new LatencyRecorder();
}
