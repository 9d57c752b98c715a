package io.skein.lab.client;

import io.netty.buffer.ByteBuf;

/** Receives messages without an object per message. Called on the client's event loop. */
@FunctionalInterface
public interface PublishFrameListener {
    /**
     * A message lies in the buffer where the frame says.
     *
     * @param buffer to be read with absolute indices only; invalid after the call
     * @param frame reused for the next message; invalid after the call
     */
    void onPublish(MqttClient client, ByteBuf buffer, PublishFrame frame);
}
