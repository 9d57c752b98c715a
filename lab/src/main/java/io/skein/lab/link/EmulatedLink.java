package io.skein.lab.link;

import java.net.InetSocketAddress;

/** A link between whoever connects to it and an address. Methods are for any thread. */
public interface EmulatedLink extends AutoCloseable {
    /** Where it listens. */
    InetSocketAddress address();

    /** What has passed, and how late it was where that is known. */
    LinkTraffic traffic();

    /** CPU time of its thread so far, 0 where the platform does not tell. */
    long cpuNanos();

    /**
     * The round trip as it was measured before anything passed, median of several; not a number
     * where a connection is answered at this end.
     */
    double roundTripMicros();

    @Override
    void close();
}
