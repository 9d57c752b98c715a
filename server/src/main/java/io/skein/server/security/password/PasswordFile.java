package io.skein.server.security.password;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The users of a password file: one {@code user:hash} in a line, empty lines and those that begin
 * with {@code #} aside. Immutable; hashes can be of different forms.
 */
public final class PasswordFile {
    private static final long BYTES_MAXIMUM = 64 << 20;
    private static final Pattern USERNAME = Pattern.compile("[^:\\p{Cntrl}]{1,256}");

    private final Map<String, PasswordHash> hashes;
    private final PasswordHash decoy;

    private PasswordFile(Map<String, PasswordHash> hashes) {
        this.hashes = hashes;
        this.decoy = decoy(hashes);
    }

    /**
     * Reads a file.
     *
     * @throws PasswordFileException if it cannot be read or a line is wrong; says which, never what
     *     its hash is
     */
    public static PasswordFile read(Path file) throws PasswordFileException {
        String text;
        try {
            if (Files.size(file) > BYTES_MAXIMUM) {
                throw new PasswordFileException(file + ": larger than " + BYTES_MAXIMUM + " bytes");
            }
            text = Files.readString(file);
        } catch (PasswordFileException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new PasswordFileException(file + ": not UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new PasswordFileException(file + ": does not exist", e);
        } catch (IOException e) {
            throw new PasswordFileException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString(), text);
    }

    /** The same of a text. */
    static PasswordFile parse(String name, String text) throws PasswordFileException {
        Map<String, PasswordHash> hashes = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (isNoUser(line)) {
                continue;
            }
            String where = name + ":" + number;
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new PasswordFileException(where + ": expected user:hash");
            }
            String username = line.substring(0, colon);
            if (!isUsername(username)) {
                throw new PasswordFileException(where + ": " + whatUsernamesAre());
            }
            PasswordHash hash;
            try {
                hash = PasswordHash.parse(line.substring(colon + 1).strip());
            } catch (IllegalArgumentException e) {
                throw new PasswordFileException(
                        "%s: user '%s': %s".formatted(where, username, e.getMessage()), e);
            }
            if (hashes.putIfAbsent(username, hash) != null) {
                throw new PasswordFileException(
                        "%s: user '%s' stands in an earlier line already"
                                .formatted(where, username));
            }
        }
        return new PasswordFile(hashes);
    }

    static boolean isNoUser(String line) {
        return line.isBlank() || line.startsWith("#");
    }

    static boolean isUsername(String text) {
        return USERNAME.matcher(text).matches();
    }

    static String whatUsernamesAre() {
        return "a user name has 1 to 256 characters, no colon and no control characters";
    }

    /** Costs what most of the hashes cost. */
    private static PasswordHash decoy(Map<String, PasswordHash> hashes) {
        SecureRandom random = new SecureRandom();
        Map<String, Integer> counts = new HashMap<>();
        PasswordHash usual = null;
        int most = 0;
        for (PasswordHash hash : hashes.values()) {
            int count = counts.merge(hash.cost(), 1, Integer::sum);
            if (count > most) {
                most = count;
                usual = hash;
            }
        }
        return usual == null ? Argon2Hash.of(new byte[0], random) : usual.decoy(random);
    }

    /** How many users there are. */
    public int size() {
        return hashes.size();
    }

    @Nullable PasswordHash hashOf(String username) {
        return hashes.get(username);
    }

    /** What passwords of users that do not exist are checked against, so that it takes as long. */
    PasswordHash decoy() {
        return decoy;
    }
}
