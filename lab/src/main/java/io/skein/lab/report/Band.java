package io.skein.lab.report;

/**
 * A stretch of the x axis that is set off, behind the lines.
 *
 * @param name what it is
 */
public record Band(String name, double from, double to) {}
