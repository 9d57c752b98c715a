package io.skein.lab.client;

import io.skein.mqtt.packet.Publish;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells its owner. Called on the client's event loop: do not block, and hand work on.
 * What is thrown closes the connection.
 */
public interface ClientListener {
    /** Hears nothing: for clients that only publish. */
    ClientListener NONE = new ClientListener() {};

    /**
     * A message came. Its acknowledgement leaves when this has returned; a QoS 2 message comes here
     * once, however often the broker sends it.
     */
    default void onPublish(MqttClient client, Publish message) {}

    /** The broker released a QoS 2 message that came, and PUBCOMP leaves: it is delivered. */
    default void onReleased(MqttClient client, int packetId) {}

    /** The connection ended; called once, last, and only for a connection that was accepted. */
    default void onClosed(MqttClient client, ConnectionLoss loss) {}

    /** There is room in the buffers again after {@link MqttClient#canSend} said no. */
    default void onWritable(MqttClient client) {}

    /**
     * Where messages go instead of {@link #onPublish}, as they lie in the receive buffer; null to
     * have them decoded. Asked once per connection.
     */
    default @Nullable PublishFrameListener frames() {
        return null;
    }
}
