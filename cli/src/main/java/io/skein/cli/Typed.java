package io.skein.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;

/** The command as the user typed it, for the record of what was measured. */
final class Typed {
    private static final String PASSWORD = "--password";
    private static final String HIDDEN = "***";

    private Typed() {}

    /** Fit to be typed again, but for passwords. */
    static String command(CommandSpec spec) {
        return line(spec.root().commandLine().getParseResult().originalArgs());
    }

    static String line(List<String> arguments) {
        return IntStream.range(0, arguments.size())
                .mapToObj(i -> {
                    boolean password = i > 0 && arguments.get(i - 1).equals(PASSWORD);
                    return password ? HIDDEN : quoted(arguments.get(i));
                })
                .collect(Collectors.joining(" ", "skein ", ""));
    }

    private static String quoted(String argument) {
        if (argument.startsWith(PASSWORD + "=")) {
            return PASSWORD + "=" + HIDDEN;
        }
        boolean plain = argument.matches("[A-Za-z0-9_@%+=:,./~*-]+");
        return plain ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
