package io.skein.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A text that a command writes for its user: to standard output, or to a file. */
final class Written {
    private Written() {}

    /**
     * Writes it.
     *
     * @param output null for {@code out}
     * @param replace whether a file that exists may be replaced
     * @throws CommandFailedException if the file exists and may not be
     */
    static void to(@Nullable Path output, boolean replace, String text, PrintWriter out)
            throws IOException, CommandFailedException {
        if (output == null) {
            out.print(text);
            out.flush();
            return;
        }
        if (!replace && Files.exists(output)) {
            throw new CommandFailedException(output + " exists; --force replaces it");
        }
        Files.writeString(output, text);
    }
}
