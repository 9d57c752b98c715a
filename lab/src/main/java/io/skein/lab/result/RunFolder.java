package io.skein.lab.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of a run and the names of what is in it. */
public final class RunFolder {
    /** Everything that was measured, as JSON. */
    public static final String RESULT = "result.json";

    /** The page for people. */
    public static final String REPORT = "report.html";

    private RunFolder() {}

    /**
     * Makes a folder for a run.
     *
     * @throws IOException if it cannot be made or written to, or holds the result of another run;
     *     the message says which
     */
    public static void make(Path folder) throws IOException {
        if (Files.exists(folder.resolve(RESULT))) {
            throw new IOException(
                    folder + " holds the result of another run; name a fresh directory");
        }
        open(folder);
    }

    /**
     * Makes a folder if it is not there.
     *
     * @throws IOException if it cannot be made or written to; the message says why
     */
    public static void open(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("cannot make the directory " + folder + ": " + e.getMessage(), e);
        }
        WholeFile.requireWritable(folder.resolve(RESULT));
    }
}
