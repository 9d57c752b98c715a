package io.skein.server.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Which name of a client's certificate says who the client is. */
public enum CertificateIdentity {
    /** The common name of the subject, the most specific one if there are several. */
    COMMON_NAME,
    /** The whole subject as RFC 2253 writes it: {@code CN=pump-7,O=Plant}. */
    SUBJECT,
    /** The first DNS name among the subject alternative names. */
    SAN_DNS,
    /** The first e-mail address among the subject alternative names. */
    SAN_EMAIL,
    /** The first URI among the subject alternative names. */
    SAN_URI;

    /** Types of general names, RFC 5280 section 4.2.1.6. */
    private static final int EMAIL = 1;

    private static final int DNS = 2;
    private static final int URI = 6;

    /**
     * The name in this certificate; null if it has none, or one with control characters, which no
     * log and no rule should have to cope with.
     */
    public @Nullable String of(X509Certificate certificate) {
        String name =
                switch (this) {
                    case COMMON_NAME -> commonName(certificate.getSubjectX500Principal());
                    case SUBJECT -> subject(certificate);
                    case SAN_DNS -> alternative(certificate, DNS);
                    case SAN_EMAIL -> alternative(certificate, EMAIL);
                    case SAN_URI -> alternative(certificate, URI);
                };
        boolean usable =
                name != null && !name.isBlank() && name.chars().noneMatch(Character::isISOControl);
        return usable ? name : null;
    }

    /** As the configuration writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    private static @Nullable String commonName(X500Principal subject) {
        try {
            // From the least specific to the most specific.
            List<Rdn> parts = new LdapName(subject.getName(X500Principal.RFC2253)).getRdns();
            for (Rdn part : parts.reversed()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String s) {
                    return s;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null; // a subject that cannot be read names nobody
        }
    }

    private static @Nullable String alternative(X509Certificate certificate, int type) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return null;
            }
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer t
                        && t == type
                        && name.get(1) instanceof String s) {
                    return s;
                }
            }
            return null;
        } catch (CertificateParsingException e) {
            return null; // names that cannot be read name nobody
        }
    }
}
