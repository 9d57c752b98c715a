package io.skein.broker;

/**
 * The thread of one shard, as the core sees it. {@link #execute} may be called from any thread, the
 * others only from the shard's own.
 */
public interface ShardLoop {
    /** Work for a shard, run on its thread with the time at which it runs. */
    @FunctionalInterface
    interface Task {
        /** Runs on the shard's thread; must not throw. */
        void run(long nowNanos);
    }

    /** Runs a task on the shard's thread, after those handed in before. Never runs it at once. */
    void execute(Task task);

    /**
     * Asks for one call of {@link Shard#endTurn} when what the thread is doing at the moment (all
     * packets that have arrived, all tasks that wait) is done.
     */
    void requestEndOfTurn();

    /**
     * Asks for a call of {@link Shard#wake} at this time; replaces a later one asked for before.
     */
    void wakeAt(long atNanos);
}
