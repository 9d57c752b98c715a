package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Packet;
import java.util.List;

/**
 * The way out to one client, implemented by whoever holds its network connection. Called only by
 * the thread of the connection's shard. Nothing here blocks; bytes are written to the network at
 * the end of the shard's turn at the latest, in the order of the calls.
 */
public interface ConnectionOutput {
    /** Sends any packet but a PUBLISH. */
    void send(Packet packet);

    /**
     * Sends a message as a PUBLISH.
     *
     * @param packetId 0 at QoS 0
     * @param subscriptionIdentifiers of the subscriptions that matched; usually empty
     * @param expirySeconds what is left of the message expiry interval, -1 for none
     * @return the bytes of the packet; 0 when it was not sent because it is larger than the
     *     client's Maximum Packet Size
     */
    int publish(
            Message message,
            QoS qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            List<Integer> subscriptionIdentifiers,
            long expirySeconds);

    /**
     * Whether the client takes what it is sent: false while more bytes than the write buffer limit
     * wait for the network. {@link Connection#writable} is called when that has changed.
     */
    boolean isWritable();

    /** Stops or resumes reading from the client: how a fast publisher is slowed down. */
    void setReading(boolean reading);

    /** Closes the connection after what was sent has left. */
    void close();
}
