package io.skein.server.config;

/**
 * One key of the configuration. Made with four parts; what is unusual about it is added after that:
 * {@code new Key<>(...).reloadable().example("10s")}.
 *
 * @param path its sections and name, {@code []} for a place in a list: {@code listeners[].bind}
 * @param type how its value is read
 * @param standard the value where none is given, as it would be written; empty for none
 * @param description one sentence for the reference
 * @param isReloadable whether a reload applies it; a restart is needed otherwise
 * @param isSecret whether its value is never shown
 * @param example a value for the reference, as it would be written; empty if the standard tells
 *     enough
 */
record Key<T>(
        String path,
        ValueType<T> type,
        String standard,
        String description,
        boolean isReloadable,
        boolean isSecret,
        String example) {
    /** A key whose change needs a restart and that anybody may see. */
    Key(String path, ValueType<T> type, String standard, String description) {
        this(path, type, standard, description, false, false, "");
    }

    /** The same key, applied by a reload. */
    Key<T> reloadable() {
        return new Key<>(path, type, standard, description, true, isSecret, example);
    }

    /** The same key, masked wherever its value would be shown. */
    Key<T> secret() {
        return new Key<>(path, type, standard, description, isReloadable, true, example);
    }

    /** The same key with a value for the reference. */
    Key<T> example(String value) {
        return new Key<>(path, type, standard, description, isReloadable, isSecret, value);
    }
}
