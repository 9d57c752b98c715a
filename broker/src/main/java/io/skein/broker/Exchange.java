package io.skein.broker;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One authentication, in as many steps as its method takes; a user name with a password takes one.
 * Called by the thread of the client's shard, the next step only after the last was answered.
 */
@FunctionalInterface
public interface Exchange {
    /**
     * The next step. May be answered on any thread; a failure refuses the client.
     *
     * @param data what the client has sent, null for nothing; not to be changed
     */
    CompletionStage<Verdict> next(byte @Nullable [] data);
}
