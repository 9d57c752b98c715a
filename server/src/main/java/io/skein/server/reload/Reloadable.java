package io.skein.server.reload;

import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import java.util.List;

/**
 * A part of a running node that takes another configuration without a restart. A reload first asks
 * all parts to prepare; only when none refuses are the changes applied, so a file that is wrong
 * changes nothing. Called by one thread at a time, never by an event loop, so it may block.
 */
@FunctionalInterface
public interface Reloadable {
    /**
     * Reads and checks whatever the next configuration needs, with the contents of the files that
     * it names, which may have changed where it did not. What is in use stays as it is.
     *
     * @throws ConfigurationException with everything that stands against it, for the operator
     */
    Change prepare(Configuration next) throws ConfigurationException;

    /** What is prepared and checked. Either of the two methods is called, once. */
    @FunctionalInterface
    interface Change {
        /** There is nothing to change. */
        Change NONE = List::of;

        /**
         * Puts it in use; does not fail.
         *
         * @return what changed, a line for each, for the log and the operator; without secrets
         */
        List<String> apply();

        /** Gives up what was prepared because another part refused. */
        default void discard() {}
    }
}
