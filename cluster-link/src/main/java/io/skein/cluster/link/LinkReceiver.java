package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.Completion;

/** What takes in the frames that other nodes send. */
@FunctionalInterface
public interface LinkReceiver {
    /**
     * A frame arrived. Called on the {@linkplain NodeLinks#loop() loop}, once for each frame and in
     * the order in which {@code from} sent them.
     *
     * @param kind what the sender called it, 0 to 255
     * @param body the sender's bytes; only valid during the call
     * @param done tells the sender how it ended; may be completed later, from any thread, and in
     *     any order. What is never completed fills the sender's window
     */
    void receive(Peer from, int kind, ByteBuf body, Completion done);
}
