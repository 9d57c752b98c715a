package io.skein.lab.load;

import io.skein.lab.StopSignal;
import java.util.function.Consumer;

/**
 * What makes connections that do nothing: this process, or others. Used by one thread. Closing
 * disconnects them.
 */
public interface IdleGenerator extends AutoCloseable {
    /**
     * Connects all, at their rate; returns when each has an answer, or the signal is raised.
     *
     * @param progress hears again and again how many there are
     * @throws LoadFailedException if they cannot be counted any more
     */
    void connectAll(StopSignal stop, Consumer<IdleCounts> progress) throws LoadFailedException;

    /**
     * How many there are, up to a second ago.
     *
     * @throws LoadFailedException if they cannot be counted any more
     */
    IdleCounts counts() throws LoadFailedException;

    /**
     * What became of all; asks each whether it is alive.
     *
     * @throws LoadFailedException if they cannot be counted any more
     */
    IdleResult result() throws LoadFailedException;

    @Override
    void close();
}
