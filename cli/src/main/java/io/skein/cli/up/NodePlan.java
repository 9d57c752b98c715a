package io.skein.cli.up;

import java.nio.file.Path;

/**
 * One node before it is started.
 *
 * @param name unique in the cluster
 * @param directory absolute; the node's alone: what it keeps, its configuration and its log
 * @param gridPort where other nodes find it; 0 where that was not chosen, or they do not look
 */
record NodePlan(String name, Path directory, int mqttPort, int adminPort, int gridPort) {
    static final String HOST = "127.0.0.1";

    NodePlan withGridPort(int port) {
        return new NodePlan(name, directory, mqttPort, adminPort, port);
    }

    /** What the node is told. */
    Path configuration() {
        return directory.resolve("skein.yaml");
    }

    /** What the node says. */
    Path log() {
        return directory.resolve("skein.log");
    }

    String mqttAddress() {
        return HOST + ":" + mqttPort;
    }

    String gridAddress() {
        return HOST + ":" + gridPort;
    }

    String mqttUrl() {
        return "mqtt://" + mqttAddress();
    }

    String adminAddress() {
        return HOST + ":" + adminPort;
    }

    String adminUrl() {
        return "http://" + adminAddress();
    }
}
