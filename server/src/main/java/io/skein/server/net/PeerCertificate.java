package io.skein.server.net;

import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The certificate that a client has shown, verified. */
final class PeerCertificate {
    private PeerCertificate() {}

    /** Null if there is none. */
    static @Nullable X509Certificate of(@Nullable SslHandler tls) {
        if (tls == null) {
            return null;
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // it has not shown one, and need not
        }
    }
}
