package io.skein.server.security.rules;

/** What a rule says about what it matches. */
public enum Permission {
    /** It may be done. */
    ALLOW,
    /** It may not be done. */
    DENY
}
