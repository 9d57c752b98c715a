package io.skein.server.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be used, in words for the one who named it. */
public final class FileProblem {
    private FileProblem() {}

    /** The reason, without the file, as part of a sentence. */
    public static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "there is a file in its place";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.toString();
        };
    }
}
