package io.skein.server.security.login;

import io.skein.broker.Applicant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The name in a client's certificate is its user name, whatever CONNECT says, on the listeners that
 * are told so. That the certificate is valid was found out by TLS.
 */
public final class CertificateLogin implements Login {
    private final Supplier<Set<String>> listeners;

    /**
     * A login by certificate.
     *
     * @param listeners the names of those on which a certificate is enough at the time
     */
    public CertificateLogin(Supplier<Set<String>> listeners) {
        this.listeners = listeners;
    }

    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public CompletionStage<Decision> decide(Applicant applicant) {
        String identity = applicant.peer().certificateIdentity();
        boolean isEnough = listeners.get().contains(applicant.peer().listener());
        return CompletableFuture.completedFuture(
                identity != null && !identity.isEmpty() && isEnough
                        ? new Decision.Allowed(identity)
                        : new Decision.NotMine("no certificate"));
    }
}
