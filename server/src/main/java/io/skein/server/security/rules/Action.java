package io.skein.server.security.rules;

/** What a rule is about. */
public enum Action {
    /** To publish, by PUBLISH or by a will. */
    PUBLISH,
    /** To subscribe, alone or in a group. */
    SUBSCRIBE,
    /** Both. */
    ALL;

    boolean includes(Action single) {
        return this == ALL || this == single;
    }
}
