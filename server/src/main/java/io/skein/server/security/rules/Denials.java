package io.skein.server.security.rules;

/** Hears of everything that a client wanted to do and may not. Called by event loops. */
@FunctionalInterface
public interface Denials {
    /**
     * Something was denied.
     *
     * @param action {@link Action#PUBLISH} or {@link Action#SUBSCRIBE}
     * @param topic the name or the filter
     */
    void denied(Subject subject, Action action, String topic);
}
