package io.skein.server.security.password;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id (RFC 9106) in the usual form {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. */
final class Argon2Hash implements PasswordHash {
    static final String PREFIX = "$argon2id$";

    private static final int VERSION = Argon2Parameters.ARGON2_VERSION_13;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** What OWASP recommends: 19 MiB, two passes, one lane. */
    private static final Costs STANDARD = new Costs(19_456, 2, 1);

    private static final Pattern COSTS = Pattern.compile("m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})");
    private static final int MEMORY_KIB_MAXIMUM = 1 << 20;
    private static final int PASSES_MAXIMUM = 100;
    private static final int LANES_MAXIMUM = 64;

    private record Costs(int memoryKib, int passes, int lanes) {}

    private final Costs costs;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2Hash(Costs costs, byte[] salt, byte[] hash) {
        this.costs = costs;
        this.salt = salt;
        this.hash = hash;
    }

    static Argon2Hash of(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new Argon2Hash(STANDARD, salt, compute(password, STANDARD, salt, HASH_BYTES));
    }

    static Argon2Hash parse(String text) {
        String[] parts = HashText.parts(text, PREFIX, 4);
        Matcher matcher = COSTS.matcher(parts[1]);
        if (!parts[0].equals("v=" + VERSION) || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected $argon2id$v=19$m=...,t=...,p=...$salt$hash");
        }
        int lanes = HashText.number(matcher.group(3), 1, LANES_MAXIMUM, "parallelism");
        Costs costs =
                new Costs(
                        HashText.number(matcher.group(1), 8 * lanes, MEMORY_KIB_MAXIMUM, "memory"),
                        HashText.number(matcher.group(2), 1, PASSES_MAXIMUM, "number of passes"),
                        lanes);
        return new Argon2Hash(
                costs, HashText.bytes(parts[2], 8, "salt"), HashText.bytes(parts[3], 16, "hash"));
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, compute(password, costs, salt, hash.length));
    }

    private static byte[] compute(byte[] password, Costs costs, byte[] salt, int bytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(VERSION)
                        .withMemoryAsKB(costs.memoryKib())
                        .withIterations(costs.passes())
                        .withParallelism(costs.lanes())
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[bytes];
        generator.generateBytes(password, hash);
        return hash;
    }

    @Override
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "%sv=%d$%s$%s$%s"
                .formatted(
                        PREFIX,
                        VERSION,
                        costText(),
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    private String costText() {
        return "m=%d,t=%d,p=%d".formatted(costs.memoryKib(), costs.passes(), costs.lanes());
    }

    @Override
    public String cost() {
        return PREFIX + costText();
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] otherSalt = new byte[salt.length];
        byte[] otherHash = new byte[hash.length];
        random.nextBytes(otherSalt);
        random.nextBytes(otherHash);
        return new Argon2Hash(costs, otherSalt, otherHash);
    }
}
