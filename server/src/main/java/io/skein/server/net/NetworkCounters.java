package io.skein.server.net;

import java.util.concurrent.atomic.LongAdder;

/** What the network side has counted since the start. Any thread may read. */
public final class NetworkCounters {
    /** Connections closed because a TLS, WebSocket or PROXY handshake went wrong. */
    public final LongAdder handshakesFailed = new LongAdder();

    /** Connections closed because CONNECT, or a handshake before it, did not come in time. */
    public final LongAdder connectsTooLate = new LongAdder();

    /** Connections closed because a listener or the node had as many as it may. */
    public final LongAdder connectionsOverLimit = new LongAdder();
}
