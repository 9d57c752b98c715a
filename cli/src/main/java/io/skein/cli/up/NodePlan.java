package io.skein.cli.up;

import java.nio.file.Path;

/**
 * One node before it is started.
 *
 * @param name unique in the cluster
 * @param directory absolute; the node's alone: what it keeps, its configuration and its log
 */
record NodePlan(String name, Path directory, int mqttPort, int adminPort) {
    static final String HOST = "127.0.0.1";

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
