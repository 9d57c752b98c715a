package io.skein.cluster.grid;

import io.skein.cluster.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time from when a node is cut off until it knows what is its own still: it takes no message,
 * and what it is asked of its sessions it answers afterwards. Lives on the loop, but for {@link
 * #refusal}.
 */
final class Standstill {
    private volatile @Nullable Refusal refusal;
    private final List<Runnable> afterwards = new ArrayList<>();

    /** What is told to those who send a message; null when it is taken. From any thread. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    void begin(Refusal why) {
        refusal = why;
    }

    void end() {
        refusal = null;
        List<Runnable> waiting = List.copyOf(afterwards);
        afterwards.clear();
        waiting.forEach(Runnable::run);
    }

    /** Does something when it is over: now, if that is so. */
    void whenOver(Runnable action) {
        if (refusal == null) {
            action.run();
        } else {
            afterwards.add(action);
        }
    }
}
