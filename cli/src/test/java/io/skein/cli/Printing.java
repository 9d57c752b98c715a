package io.skein.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** {@code skein} in the process of a test. */
final class Printing {
    private Printing() {}

    /** The commands, which print everything there. */
    static CommandLine to(StringWriter output) {
        CommandLine skein = Skein.commandLine();
        skein.setOut(new PrintWriter(output, true));
        skein.setErr(new PrintWriter(output, true));
        return skein;
    }
}
