package io.skein.lab.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of a run and the names of what is in it. */
public final class RunFolder {
    /** Everything that was measured, as JSON. */
    public static final String RESULT = "result.json";

    /** The page for people. */
    public static final String REPORT = "report.html";

    private static final String PLAN = "plan.json";

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

    /**
     * Writes page and result. The result comes last: where it is, everything is.
     *
     * @throws IOException if something cannot be written; the message names the file
     */
    public static void write(Path folder, String page, JsonNode result) throws IOException {
        WholeFile.write(folder.resolve(REPORT), page);
        ResultJson.write(folder.resolve(RESULT), result);
    }

    /**
     * Writes down what has to be the same whenever a folder is gone on with.
     *
     * @param plan a record
     * @return what the folder was begun with, which is {@code plan} where it is fresh
     * @throws IOException if it cannot be written or read
     */
    public static <T> T begunWith(Path folder, T plan, Class<T> form) throws IOException {
        Optional<T> begun = begun(folder, form);
        if (begun.isPresent()) {
            return begun.get();
        }
        ResultJson.write(folder.resolve(PLAN), plan);
        return plan;
    }

    /**
     * What a folder was begun with; empty if it is fresh.
     *
     * @throws IOException if it cannot be read
     */
    public static <T> Optional<T> begun(Path folder, Class<T> form) throws IOException {
        Path file = folder.resolve(PLAN);
        return Files.exists(file) ? Optional.of(ResultJson.read(file, form)) : Optional.empty();
    }
}
