package io.skein.lab.target;

/**
 * Starts one kind of broker on this machine. A driver is one small class, or a {@link Recipe} of a
 * few lines of YAML.
 */
public interface TargetDriver {
    /** Whether this driver answers to a name, such as {@code mosquitto}. */
    boolean answersTo(String name);

    /** The name and what it stands for, in a line each, for people who look for one. */
    String help();

    /**
     * Starts the broker and returns when it accepts MQTT connections. What it printed is in the log
     * in its directory; on failure, everything that was started is stopped.
     *
     * @throws TargetFailedException if it is not installed, cannot be fetched, or does not come up;
     *     the message says what to do
     */
    Target start(TargetRequest request) throws TargetFailedException;

    /** Whether its nodes are where they are, whatever places are asked for. */
    default boolean isPlaced() {
        return false;
    }

    /** How many nodes a name stands for. */
    int nodes(String name) throws TargetFailedException;

    /**
     * Writes what the nodes need into their directories, and tells how each is started.
     *
     * @param request with {@link #nodes} places
     * @throws TargetFailedException if it is not installed or cannot be prepared
     */
    Deployment deploy(DeploymentRequest request) throws TargetFailedException;
}
