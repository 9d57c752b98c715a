package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Redis of the laboratory's own, for brokers around one where no other is named. */
final class RedisLaunch {
    /** The key of Skein's configuration that says where Redis is. */
    static final String ADDRESS = "cluster.redis";

    private static final String PROGRAM = "redis-server";
    private static final long READY_SECONDS = 30;

    private RedisLaunch() {}

    /**
     * How it is started: it keeps everything in its directory, as safely as brokers of this
     * durability keep what they have.
     *
     * @param place its directory is made if it is not there
     * @param durability sync, os or none, as the configuration of a broker names it
     * @throws TargetFailedException if Redis is not installed; says what to do
     */
    static NodeLaunch in(NodePlace place, String durability) throws TargetFailedException {
        Path program = Programs.find(PROGRAM);
        if (program == null) {
            throw new TargetFailedException(
                    "%s is not installed (Debian: apt-get install redis-server); install it, or name a Redis that runs: --target skein-redis-3:%s=redis://HOST:PORT"
                            .formatted(PROGRAM, ADDRESS),
                    null);
        }
        Path directory = place.directory();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new TargetFailedException("cannot make " + directory + ": " + e.getMessage(), e);
        }
        int port = FreePorts.inARow(1);
        List<String> command =
                List.of(
                        program.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        place.host(),
                        "--protected-mode", // for it has no password, and no strangers
                        "no",
                        "--dir",
                        directory.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        durability.equals("none") ? "no" : "yes",
                        "--appendfsync",
                        durability.equals("sync") ? "always" : "everysec");
        return new NodeLaunch(
                "redis",
                command,
                Map.of(),
                directory,
                new BrokerAddress(place.host(), port),
                READY_SECONDS);
    }

    /** The same options with its address. */
    static Map<String, String> with(Map<String, String> options, NodeLaunch redis) {
        Map<String, String> all = new TreeMap<>(options);
        all.put(ADDRESS, "redis://%s:%d".formatted(redis.address().host(), redis.address().port()));
        return all;
    }
}
