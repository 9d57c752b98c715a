package io.skein.lab.watch;

/**
 * A figure that a broker tells of itself.
 *
 * @param atNanos when it was read, by {@link System#nanoTime}
 * @param source where: {@code $SYS} or the address of a Prometheus endpoint
 * @param name its topic, or its metric with labels
 */
public record Reading(long atNanos, String source, String name, double value) {}
