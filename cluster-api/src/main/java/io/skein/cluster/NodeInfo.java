package io.skein.cluster;

/**
 * One member of the cluster as the others see it.
 *
 * @param name unique in the cluster
 * @param mqttAddress where clients connect, {@code host:port}
 * @param adminAddress base URL of its admin API, empty where it has none
 */
public record NodeInfo(String name, String mqttAddress, String adminAddress) {}
