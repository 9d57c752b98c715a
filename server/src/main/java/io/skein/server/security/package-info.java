/**
 * Who may do what: assembles the ways to authenticate, the rules, the limits on failed logins and
 * the audit into the authenticator that the core asks. What each part does is in the packages
 * below; where its settings come from is not known here.
 */
@NullMarked
package io.skein.server.security;

import org.jspecify.annotations.NullMarked;
