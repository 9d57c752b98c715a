package io.skein.server.config;

/**
 * A value that holds, given or standard.
 *
 * @param path its key, with the place in the list for lists: {@code listeners.0.bind}
 * @param value as it was written; not to be shown if it is secret
 * @param origin {@code file:line}, an environment variable, the option, or {@link #STANDARD}
 * @param isSecret whether {@link #shown} masks it
 * @param isReloadable whether a reload applies another value; a restart is needed otherwise
 */
public record EffectiveSetting(
        String path, String value, String origin, boolean isSecret, boolean isReloadable) {
    /** The origin of what nobody has given. */
    public static final String STANDARD = "default";

    private static final String MASK = "********";

    /** The value for people and logs. */
    public String shown() {
        return isSecret && !value.isEmpty() ? MASK : value;
    }

    /** Whether somebody gave it. */
    public boolean isGiven() {
        return !origin.equals(STANDARD);
    }

    @Override
    public String toString() {
        return path + "=" + shown() + " (" + origin + ")";
    }
}
