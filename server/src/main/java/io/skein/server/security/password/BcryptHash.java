package io.skein.server.security.password;

import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt, {@code $2a$}, {@code $2b$} or {@code $2y$}: looks at the first 72 bytes only. */
final class BcryptHash implements PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("\\$(2[aby])\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    private static final int COST_LEAST = 4;
    private static final int COST_MOST = 16;
    private static final int SALT_BYTES = 16;

    private final String text;
    private final String version;
    private final int cost;

    private BcryptHash(String text, String version, int cost) {
        this.text = text;
        this.version = version;
        this.cost = cost;
    }

    static BcryptHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("expected $2b$, two digits, and 53 characters");
        }
        int cost = HashText.number(form.group(2), COST_LEAST, COST_MOST, "cost");
        return new BcryptHash(text, form.group(1), cost);
    }

    @Override
    public boolean matches(byte[] password) {
        return OpenBSDBCrypt.checkPassword(text, password);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String cost() {
        return "$2$" + cost;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] password = new byte[SALT_BYTES];
        random.nextBytes(salt);
        random.nextBytes(password);
        return new BcryptHash(OpenBSDBCrypt.generate(version, password, salt, cost), version, cost);
    }
}
