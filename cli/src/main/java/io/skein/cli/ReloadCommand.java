package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein reload}: a node reads its configuration again. */
@Command(
        name = "reload",
        description = {
            "Has a node of this machine read its configuration file again, and the files that it names.",
            "",
            "Shows what changed and what holds only after a restart. A configuration that is wrong"
                    + " changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: the configuration was taken.",
            "1: the node could not be asked.",
            "2: the command line is wrong.",
            "3: the configuration is wrong; the one before stays."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ReloadCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8880",
            description = "Admin API of the node (default: ${DEFAULT-VALUE}).")
    private String admin = "";

    @Option(names = "--json", description = "Print what came of it in JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        JsonNode report = new AdminClient().reload(admin);
        boolean taken = report.path("taken").asBoolean();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (json) {
            out.println(report.toPrettyString());
        } else {
            report.path("changed").forEach(line -> out.println(line.asText()));
            report.path("needRestart")
                    .forEach(line -> out.println("after a restart: " + line.asText()));
            if (taken && report.path("changed").isEmpty()) {
                out.println("nothing has changed");
            }
            report.path("problems")
                    .forEach(problem ->
                            err.printf(
                                    "skein reload: %s: %s%n",
                                    problem.path("where").asText(),
                                    problem.path("message").asText()));
        }
        out.flush();
        err.flush();
        return taken ? 0 : Failures.CONFIGURATION_WRONG;
    }
}
