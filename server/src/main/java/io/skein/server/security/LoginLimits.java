package io.skein.server.security;

/**
 * The named limits of logins (P11).
 *
 * @param workers threads that compute password hashes and verify signatures
 * @param waitingMaximum logins that wait for a worker; a further one is refused with 0x97
 * @param secondsMaximum how long an authentication may take; it is refused afterwards
 * @param failuresMaximum failed logins that an address has free, 0 for no limit; it is refused with
 *     0x9F, unheard, once they are used up
 * @param failureSeconds how long it takes until one of them is free again
 * @param failureAddressesMaximum addresses whose failures are counted; the one longest unseen is
 *     forgotten for a further one
 */
public record LoginLimits(
        int workers,
        int waitingMaximum,
        int secondsMaximum,
        int failuresMaximum,
        int failureSeconds,
        int failureAddressesMaximum) {
    /** The limits of a node that was told nothing. */
    public static final LoginLimits DEFAULTS = new LoginLimits(2, 256, 10, 20, 6, 16_384);
}
