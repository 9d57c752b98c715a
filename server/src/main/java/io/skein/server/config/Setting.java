package io.skein.server.config;

import org.jspecify.annotations.Nullable;

/**
 * A value that somebody gave.
 *
 * @param path its key, with the place in the list for lists: {@code listeners.0.bind}
 * @param value as it was written; null where the key stands without one
 * @param where {@code file:line}, an environment variable, or the option
 */
record Setting(String path, @Nullable String value, String where) {}
