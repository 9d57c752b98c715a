package io.skein.broker.simulation;

import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A shard's thread: tasks in order, each turn a little later than it was asked for. */
final class SimulatedLoop implements ShardLoop {
    private static final long TURN_NANOS = 50_000;

    private final VirtualTime time;
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private @Nullable Shard shard;
    private boolean turnAsked;
    private boolean endAsked;
    private boolean crashed;

    SimulatedLoop(VirtualTime time) {
        this.time = time;
    }

    void runs(Shard shard) {
        this.shard = shard;
    }

    void crash() {
        crashed = true;
    }

    @Override
    public void execute(Task task) {
        tasks.add(task);
        askForTurn();
    }

    @Override
    public void requestEndOfTurn() {
        endAsked = true;
        askForTurn();
    }

    @Override
    public void wakeAt(long atNanos) {
        time.at(
                atNanos,
                () -> {
                    if (!crashed && shard != null) {
                        shard.wake(time.nowNanos());
                    }
                });
    }

    private void askForTurn() {
        if (!turnAsked) {
            turnAsked = true;
            time.after(time.delay(TURN_NANOS), this::turn);
        }
    }

    private void turn() {
        turnAsked = false;
        for (int left = tasks.size(); left > 0 && !crashed; left--) {
            tasks.remove().run(time.nowNanos());
        }
        if (endAsked && !crashed && shard != null) {
            endAsked = false;
            shard.endTurn(time.nowNanos());
        }
        if (!tasks.isEmpty() && !crashed) {
            askForTurn();
        }
    }
}
