package io.skein.server.net;

import java.util.concurrent.atomic.LongAdder;

/** What the network side has counted since the start. Any thread may read. */
public final class NetworkCounters {
    /** Connections closed because a TLS, WebSocket or PROXY handshake went wrong. */
    public final LongAdder handshakesFailed = new LongAdder();

    /** Connections closed because CONNECT, or a handshake before it, did not come in time. */
    public final LongAdder connectsTooLate = new LongAdder();

    /** Connections closed because what came first was no CONNECT, or one that is too large. */
    public final LongAdder connectsUnusable = new LongAdder();

    /** Connections closed because a listener or the node had as many as it may. */
    public final LongAdder connectionsOverLimit = new LongAdder();

    /** Connections closed because too many came in a second, to the node or from one address. */
    public final LongAdder connectionsOverRate = new LongAdder();

    /** Network connections accepted by the system. */
    public final LongAdder socketsOpened = new LongAdder();

    /** Bytes of MQTT packets received from clients. */
    public final LongAdder bytesReceived = new LongAdder();

    /** Bytes of MQTT packets sent to clients. */
    public final LongAdder bytesSent = new LongAdder();

    /** Packets of any type received from clients, CONNECT included. */
    public final LongAdder packetsReceived = new LongAdder();

    /** Packets of any type sent to clients. */
    public final LongAdder packetsSent = new LongAdder();
}
