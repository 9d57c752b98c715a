package io.skein.server.config;

/**
 * One key of the configuration.
 *
 * @param path its sections and name, {@code []} for a place in a list: {@code listeners[].bind}
 * @param type how its value is read
 * @param standard the value where none is given, as it would be written; empty for none
 * @param description one sentence for the reference
 */
record Key<T>(String path, ValueType<T> type, String standard, String description) {}
