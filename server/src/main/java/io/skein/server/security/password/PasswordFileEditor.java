package io.skein.server.security.password;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Changes users of a password file. The file is replaced as a whole, so a node that reads it at any
 * time sees it before or after a change; comments and order stay. Of two changes at the same time
 * one may be lost. A file that does not exist is made for its owner alone to read.
 */
public final class PasswordFileEditor {
    /** How a password is to be kept. */
    public enum Form {
        /** Argon2id, for logins with user name and password. */
        ARGON2ID,
        /** For SCRAM-SHA-256, and logins with user name and password too. */
        SCRAM_SHA_256
    }

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final SecureRandom random = new SecureRandom();

    /** An editor of a file, which need not exist. */
    public PasswordFileEditor(Path file) {
        this.file = file;
    }

    /**
     * Adds a user or changes its password.
     *
     * @return whether the user is new
     * @throws IllegalArgumentException for a user name that cannot be
     * @throws PasswordFileException if the file is there and not in order; it stays as it is
     */
    public boolean set(String username, byte[] password, Form form) throws IOException {
        if (!PasswordFile.isUsername(username) || PasswordFile.isNoUser(username)) {
            throw new IllegalArgumentException(
                    PasswordFile.whatUsernamesAre() + ", and does not begin with #");
        }
        PasswordHash hash =
                switch (form) {
                    case ARGON2ID -> Argon2Hash.of(password, random);
                    case SCRAM_SHA_256 -> ScramVerifier.of(password, random);
                };
        List<String> lines = lines();
        boolean isNew = !lines.removeIf(line -> isOf(line, username));
        lines.add(username + ":" + hash.text());
        write(lines);
        return isNew;
    }

    /** Removes a user; false if there is none of this name. */
    public boolean remove(String username) throws IOException {
        List<String> lines = lines();
        if (!lines.removeIf(line -> isOf(line, username))) {
            return false;
        }
        write(lines);
        return true;
    }

    /** The users in the order of the file. */
    public List<String> usernames() throws IOException {
        return lines().stream()
                .filter(line -> !PasswordFile.isNoUser(line))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }

    private static boolean isOf(String line, String username) {
        return line.startsWith(username + ":");
    }

    private List<String> lines() throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return new ArrayList<>();
        }
        PasswordFile.parse(file.toString(), text);
        return new ArrayList<>(text.lines().toList());
    }

    private void write(List<String> lines) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path directory = target.getParent();
        Path made = Files.createTempFile(directory, ".passwords", ".tmp", attributes(target));
        try {
            String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
            try (FileChannel out = FileChannel.open(made, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            keepOwnership(target, made);
            Files.move(
                    made,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static FileAttribute<?>[] attributes(Path target) {
        return isPosix(target)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /** A file that is there keeps who may read it: a node may run as another user. */
    private static void keepOwnership(Path target, Path made) throws IOException {
        if (!isPosix(target) || !Files.exists(target)) {
            return;
        }
        var before = view(target).readAttributes();
        var after = view(made);
        if (!after.readAttributes().owner().equals(before.owner())) {
            after.setOwner(before.owner());
        }
        if (!after.readAttributes().group().equals(before.group())) {
            after.setGroup(before.group());
        }
        after.setPermissions(before.permissions());
    }

    private static boolean isPosix(Path target) {
        return target.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(
                path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
