package io.skein.cluster;

import io.skein.mqtt.packet.Packet;

/**
 * A client without a network: an architecture is one where it carries messages on as a client of
 * its own node. Called by one thread of the broker at a time; nothing here may block.
 */
public interface LocalClient {
    /** The broker sends a packet; of a PUBLISH the packet id is to be acknowledged as usual. */
    void received(Packet packet);

    /**
     * Whether it takes more messages. After it did not, {@link LocalConnection#writable} tells that
     * it does.
     */
    boolean isWritable();

    /** The broker wants no more packets for a while, or wants them again. */
    void setReading(boolean reading);

    /** The broker has closed the connection; not called when the client did. */
    void closed();
}
