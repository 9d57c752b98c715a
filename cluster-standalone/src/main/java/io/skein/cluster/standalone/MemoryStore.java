package io.skein.cluster.standalone;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.RetainedMessages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that a restart empties: requests are answered by the thread that makes them. */
final class MemoryStore implements Store {
    private final LiveState state = new LiveState();
    private final Owners owners = new Owners(1);

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        state.messages().endOfReading();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void submit(Request request) {
        Group group;
        synchronized (this) {
            group = new Group(owners, state);
            group.admit(request);
            group.keep();
        }
        group.answer();
    }

    @Override
    public RetainedMessages retained() {
        return state.retained();
    }

    @Override
    public void close() {}
}
