package io.skein.server.security.password;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/** PBKDF2 (RFC 8018) of bytes, which that of the JDK does not take. */
final class Pbkdf2 {
    private Pbkdf2() {}

    static byte[] compute(Digest digest, byte[] password, byte[] salt, int iterations, int bytes) {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(digest);
        generator.init(password, salt, iterations);
        return ((KeyParameter) generator.generateDerivedMacParameters(8 * bytes)).getKey();
    }
}
