package io.skein.broker;

/**
 * Who is let in, and what happens to those who do what they may not.
 *
 * @param authenticator asked for every CONNECT
 * @param secondsMaximum how long an authentication may take from CONNECT on, 1 to 3,600; the client
 *     is refused afterwards
 * @param closesOnDenial whether an MQTT 3 client that publishes what it may not is disconnected;
 *     otherwise its message is acknowledged and dropped. MQTT 5 clients are told instead.
 */
public record AccessSettings(
        Authenticator authenticator, int secondsMaximum, boolean closesOnDenial) {
    /** Everybody is let in and may do everything. */
    public static final AccessSettings OPEN = new AccessSettings(Authenticator.ANYONE, 10, false);

    /** Checks the range. */
    public AccessSettings {
        if (secondsMaximum < 1 || secondsMaximum > 3_600) {
            throw new IllegalArgumentException(
                    "secondsMaximum must be 1 to 3600, not " + secondsMaximum);
        }
    }
}
