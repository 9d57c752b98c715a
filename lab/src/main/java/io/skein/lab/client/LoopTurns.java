package io.skein.lab.client;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets something be in time to the microsecond on one event loop: it is called in every turn,
 * before the loop waits for I/O, and may have the loop look instead of wait. Only for the loop's
 * thread.
 */
public final class LoopTurns implements SelectStrategy {
    private @Nullable Awake awake;

    /** Who needs the loop awake. */
    @FunctionalInterface
    public interface Awake {
        /**
         * Called at the beginning of a turn; may do what is due.
         *
         * @return whether the loop is to look for I/O without waiting and come back at once
         */
        boolean turn();
    }

    LoopTurns() {}

    /** Has this called in every turn from now on; null for nobody. */
    public void stayAwake(@Nullable Awake who) {
        awake = who;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        Awake who = awake;
        boolean look = who != null && who.turn();
        return look || hasTasks ? selectNow.get() : SelectStrategy.SELECT;
    }
}
