package io.skein.server.config;

/** Where a node reads its configuration, at the start and at each reload. */
@FunctionalInterface
public interface ConfigurationSource {
    /**
     * The configuration as it is said at this moment, complete and checked.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    Configuration load() throws ConfigurationException;
}
