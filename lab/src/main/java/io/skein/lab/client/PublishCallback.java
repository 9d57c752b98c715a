package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;

/**
 * Hears what became of a publish: exactly one of the two, once, on the client's event loop. The
 * token is what the publisher gave along, so that one callback object serves any number of
 * messages.
 */
public interface PublishCallback {
    /** Hears nothing. */
    PublishCallback NONE =
            new PublishCallback() {
                @Override
                public void settled(long token, ReasonCode reason) {}

                @Override
                public void lost(long token, ConnectionLoss loss) {}
            };

    /**
     * The exchange is over: PUBACK or PUBCOMP came, or a PUBREC that refuses. MQTT 3 has no reason
     * and gives {@code SUCCESS}; so does QoS 0, as soon as the message is in the outgoing buffer.
     * {@code QUOTA_EXCEEDED}, {@code PACKET_TOO_LARGE} and {@code MALFORMED_PACKET} may also come
     * from the client itself, which then has sent nothing.
     */
    void settled(long token, ReasonCode reason);

    /** The connection ended before; whether the broker has the message is not known. */
    void lost(long token, ConnectionLoss loss);
}
