package io.skein.cluster.standalone;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.RetainedMessages;
import java.util.concurrent.CompletionStage;

/** Keeps what the port asks to keep. */
sealed interface Store extends AutoCloseable permits Journal, MemoryStore {
    /**
     * Brings back what is stored and hands it to the broker; see {@link io.skein.cluster.Cluster}.
     */
    CompletionStage<Void> start(LocalBroker broker);

    /** Takes a request from any thread, never blocks, and answers it once. */
    void submit(Request request);

    /** The retained messages, to be read by any thread. */
    RetainedMessages retained();

    @Override
    void close();
}
