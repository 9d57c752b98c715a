package io.skein.lab.experiment;

/**
 * A value of an experiment file.
 *
 * @param key its name
 * @param value as it was written; a list is its values with commas between them
 * @param where file and line
 */
public record Entry(String key, String value, String where) {}
