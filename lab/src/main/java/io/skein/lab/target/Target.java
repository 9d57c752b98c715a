package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A broker, or a cluster of them, that is there to be measured. Closing stops what was started for
 * it and leaves alone what was not. Thread-safe.
 */
public interface Target extends AutoCloseable {
    /** What it is, fit for a heading: {@code mosquitto}, {@code mqtt://host:1883}. */
    String name();

    /** What is known of its version and how it was started; empty if nothing is. */
    String description();

    /** Both, as people read them. */
    default String described() {
        return description().isEmpty() ? name() : name() + " (" + description() + ")";
    }

    /** Where its nodes listen; at least one. */
    List<BrokerAddress> addresses();

    /** User name to connect with, or null. */
    default @Nullable String username() {
        return null;
    }

    /** Password to connect with, or null. */
    default @Nullable String password() {
        return null;
    }

    /** Its processes on this machine; empty if they are elsewhere or not to be looked into. */
    Set<Long> pids();

    /** Where its metrics can be had in the text format of Prometheus; empty if nowhere. */
    default List<URI> metrics() {
        return List.of();
    }

    /** Why it does not run any more, in words; null while it runs as far as is known. */
    default @Nullable String ended() {
        return null;
    }

    /** Stops what was started, with a bound of some seconds; does nothing the second time. */
    @Override
    void close();
}
