package io.skein.cluster;

import io.skein.mqtt.packet.Packet;

/**
 * The connection of a {@link LocalClient}. Any thread may call; calls take effect in their order.
 */
public interface LocalConnection {
    /** The client sends a packet, as MQTT 5 allows it from clients. */
    void send(Packet packet);

    /** The client takes messages again. */
    void writable();

    /**
     * The client begins to number its QoS 2 messages anew: ids it has used and not released are no
     * longer those of messages the broker knows.
     */
    void forgetReceived();

    /** Ends the connection; the session stays for as long as CONNECT has asked for. */
    void close();
}
