package io.skein.server.tls;

/** Whether a client shows a certificate. One that is shown is always verified. */
public enum ClientCertificate {
    /** Not asked for. */
    NONE,
    /** Asked for; a client without one is served all the same. */
    OPTIONAL,
    /** Asked for; a client without one, or without the wanted name in it, is turned away. */
    REQUIRED
}
