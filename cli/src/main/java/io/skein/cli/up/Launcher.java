package io.skein.cli.up;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How one starts nodes on this machine.
 *
 * @param command what stands before the arguments of {@code skein}
 * @param settings {@code key=value} that are to win over each node's configuration
 */
public record Launcher(List<String> command, List<String> settings) {
    /** The system property in which the start script names itself. */
    private static final String SCRIPT = "skein.launcher";

    /** Copies the lists. */
    public Launcher {
        command = List.copyOf(command);
        settings = List.copyOf(settings);
    }

    /** As this process was started: with the start script, or with java alone. */
    public static Launcher ofThisProcess(List<String> settings) {
        String script = System.getProperty(SCRIPT);
        if (script != null) {
            return new Launcher(List.of(script), settings);
        }
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.add("-cp");
        java.add(System.getProperty("java.class.path"));
        java.add("io.skein.cli.Skein");
        return new Launcher(java, settings);
    }

    /** What starts a node by hand. */
    List<String> restart(NodePlan node) {
        return with("broker", "--config", node.configuration().toString());
    }

    /** What starts a node that ends with the process that started it. */
    List<String> supervised(NodePlan node) {
        return with("broker", "--supervised", "--config", node.configuration().toString());
    }

    private List<String> with(String... arguments) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        settings.forEach(setting -> words.addAll(List.of("--set", setting)));
        return List.copyOf(words);
    }

    /** A command as one would type it into a shell. */
    static String typed(List<String> command) {
        StringBuilder line = new StringBuilder();
        for (String word : command) {
            line.append(line.isEmpty() ? "" : " ")
                    .append(
                            word.matches("[A-Za-z0-9_@%+=:,./-]+")
                                    ? word
                                    : "'" + word.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }
}
