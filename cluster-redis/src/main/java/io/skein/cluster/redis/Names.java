package io.skein.cluster.redis;

/**
 * Names of keys and channels. What is between braces decides the slot in a Redis Cluster: a record
 * and its inbox are in one, and so is what belongs to one table.
 *
 * @param cluster with what all of them begin
 */
record Names(String cluster) {
    private static final String SESSION = "s:";
    private static final String NODE = "n:";

    /** What the record of a session is known by. */
    static String session(String clientId) {
        return SESSION + clientId;
    }

    /** What the record of a node is known by. */
    static String node(String node) {
        return NODE + node;
    }

    static boolean isSession(String label) {
        return label.startsWith(SESSION);
    }

    static String withoutKind(String label) {
        return label.substring(SESSION.length());
    }

    String record(String label) {
        return cluster + ":{" + label + "}";
    }

    String inbox(String label) {
        return record(label) + ":in";
    }

    /** Before the name of the node that is told. */
    String wakes() {
        return cluster + ":wake:";
    }

    /** The client ids that a node owns, and perhaps some that it does not. */
    String owned(String node) {
        return cluster + ":{o:" + node + "}";
    }

    String nodes() {
        return cluster + ":{nodes}";
    }

    /** How often each member has become one. */
    String joins() {
        return nodes() + ":joins";
    }

    /** Nodes that may have left sessions. */
    String estates() {
        return cluster + ":{nodes}:estates";
    }

    String lives() {
        return cluster + ":{nodes}:lives";
    }

    String table(String table) {
        return cluster + ":{" + table + "}";
    }

    String log(String table) {
        return table(table) + ":log";
    }

    String version(String table) {
        return table(table) + ":version";
    }

    String channel(String table) {
        return cluster + ":" + table;
    }
}
