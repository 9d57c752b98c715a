package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one node is started, and started again with all that it had kept.
 *
 * @param name unique among the nodes
 * @param command of one process that stays in the foreground
 * @param environment variables beside those that are inherited
 * @param directory where it is started; everything that it keeps lies below
 * @param address where clients find it
 * @param readySeconds how long a start may take
 */
public record NodeLaunch(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path directory,
        BrokerAddress address,
        long readySeconds) {
    /** Copies the collections. */
    public NodeLaunch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
