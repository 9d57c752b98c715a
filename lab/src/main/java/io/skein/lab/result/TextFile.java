package io.skein.lab.result;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that people write. */
public final class TextFile {
    private TextFile() {}

    /**
     * The text of a file.
     *
     * @throws IOException if it cannot be read or is no text in UTF-8; the message names the file
     *     and says why, fit to be shown as it is
     */
    public static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException("cannot read %s: %s".formatted(file, why(e)), e);
        }
    }

    private static String why(IOException e) {
        return switch (e) {
            case CharacterCodingException _ -> "it is no text in UTF-8";
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
