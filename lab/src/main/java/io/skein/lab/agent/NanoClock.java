package io.skein.lab.agent;

/** A clock that runs steadily from some instant on, as that of each machine does. Thread-safe. */
@FunctionalInterface
public interface NanoClock {
    /** That of this machine. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since some instant; only differences mean something. */
    long nanos();
}
