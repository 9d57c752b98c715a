package io.skein.lab.report;

/**
 * A place on the x axis where something happened.
 *
 * @param name what it is
 */
public record Mark(String name, double at) {}
