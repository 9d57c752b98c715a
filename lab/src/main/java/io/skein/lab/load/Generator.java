package io.skein.lab.load;

import io.skein.lab.StopSignal;
import java.util.Collection;

/**
 * What makes a load: the clients of this process, or those of others. Used by one thread. Closing
 * disconnects them.
 */
public interface Generator extends AutoCloseable {
    /**
     * Runs a round to its end, or to the stop signal, or until the target is gone; what was
     * measured comes back in each case.
     *
     * @throws LoadFailedException if nothing could be measured
     */
    RoundResult run(
            RoundPlan plan, StopSignal stop, RoundProgress.Listener listener, RoundProbe probe)
            throws LoadFailedException;

    /** Connections that ended without being asked to, the first thousand; grows while it runs. */
    Collection<Fleet.LostConnection> losses();

    @Override
    void close();
}
