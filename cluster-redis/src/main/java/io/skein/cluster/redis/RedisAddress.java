package io.skein.cluster.redis;

import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * Where Redis is.
 *
 * @param uris one, or several nodes of a Redis Cluster
 * @param isCluster whether they are of a Redis Cluster
 */
record RedisAddress(List<RedisURI> uris, boolean isCluster) {
    private static final String CLUSTER = "redis-cluster://";
    private static final String CLUSTER_TLS = "rediss-cluster://";
    private static final List<String> SINGLE =
            List.of("redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://");

    /**
     * Reads an address.
     *
     * @param username where the address names none; empty for none
     * @param password the same
     * @throws IllegalArgumentException if it is none
     */
    static RedisAddress of(String address, String username, String password) {
        try {
            if (address.startsWith(CLUSTER)) {
                return cluster("redis://", address.substring(CLUSTER.length()), username, password);
            }
            if (address.startsWith(CLUSTER_TLS)) {
                return cluster(
                        "rediss://", address.substring(CLUSTER_TLS.length()), username, password);
            }
            if (SINGLE.stream().anyMatch(address::startsWith)) {
                return new RedisAddress(
                        List.of(withCredentials(RedisURI.create(address), username, password)),
                        false);
            }
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "cluster.%s: %s".formatted(RedisSettings.REDIS, wrong.getMessage()), wrong);
        }
        throw new IllegalArgumentException(
                "cluster.%s begins with redis://, rediss://, redis-sentinel:// or redis-cluster://"
                        .formatted(RedisSettings.REDIS));
    }

    private static RedisAddress cluster(
            String scheme, String hosts, String username, String password) {
        List<RedisURI> uris = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            uris.add(withCredentials(RedisURI.create(scheme + host.strip()), username, password));
        }
        return new RedisAddress(List.copyOf(uris), true);
    }

    private static RedisURI withCredentials(RedisURI uri, String username, String password) {
        RedisCredentialsProvider own = uri.getCredentialsProvider();
        boolean hasOwn =
                own instanceof StaticCredentialsProvider provider
                        && provider.resolveCredentialsNow().hasPassword();
        if (!hasOwn && !password.isEmpty()) {
            uri.setCredentialsProvider(
                    new StaticCredentialsProvider(
                            username.isEmpty() ? null : username, password.toCharArray()));
        }
        return uri;
    }

    /** What is there. */
    String kind() {
        if (isCluster) {
            return "Redis Cluster";
        }
        return uris.getFirst().getSentinels().isEmpty() ? "Redis" : "Redis found by Sentinel";
    }

    /** Without credentials. */
    @Override
    public String toString() {
        List<String> places = new ArrayList<>();
        for (RedisURI uri : uris) {
            if (uri.getSentinels().isEmpty()) {
                places.add(uri.getHost() + ":" + uri.getPort());
            } else {
                uri.getSentinels().forEach(s -> places.add(s.getHost() + ":" + s.getPort()));
            }
        }
        return String.join(",", places);
    }
}
