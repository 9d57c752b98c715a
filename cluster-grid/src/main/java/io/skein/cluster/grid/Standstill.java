package io.skein.cluster.grid;

import io.skein.cluster.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time from when a node is cut off until its broker has what is kept of its sessions: what the
 * broker publishes is refused until it begins to get that, and waits from then on; what others say
 * waits all the time. Lives on the loop.
 */
final class Standstill {
    private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean begun;
    private @Nullable Refusal refusal;

    boolean isBegun() {
        return begun;
    }

    /** Why what is published is not taken; null where it is, or waits. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    void begin(Refusal why) {
        begun = true;
        refusal = why;
    }

    /** The broker gets its sessions: what it publishes from here on is theirs. */
    void resume() {
        refusal = null;
    }

    /** It is over: what waits is done, in order. */
    void end() {
        begun = false;
        refusal = null;
        while (!begun && !waiting.isEmpty()) {
            try {
                waiting.remove().run();
            } catch (RuntimeException bug) {
                LOG.error("What waited for this node to be back failed", bug);
            }
        }
    }

    /** Does something when it is over: now, if that is so. */
    void whenOver(Runnable action) {
        if (begun) {
            waiting.add(action);
        } else {
            action.run();
        }
    }
}
