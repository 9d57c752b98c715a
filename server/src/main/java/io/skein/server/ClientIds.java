package io.skein.server;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Client ids for clients that bring none: 128 random bits, so that nobody takes over another's. */
final class ClientIds implements Supplier<String> {
    private static final int RANDOM_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String get() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return "skein-" + HexFormat.of().formatHex(bytes);
    }
}
