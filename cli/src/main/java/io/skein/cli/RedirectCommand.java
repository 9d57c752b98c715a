package io.skein.cli;

import io.skein.cli.admin.AdminClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein redirect}: clients of a node are sent to another server. */
@Command(
        name = "redirect",
        description = {
            "Sends clients of a node of this machine to another server: MQTT 5 clients are told its"
                    + " name and go if they follow it, others are only disconnected. Their sessions"
                    + " stay as they are after any disconnect.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: all were sent.",
            "1: at least one was not, such as one that is not connected to this node.",
            "2: the command line is wrong."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class RedirectCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CLIENT", arity = "1..*", description = "Client ids.")
    private List<String> clients = List.of();

    @Option(
            names = "--to",
            paramLabel = "SERVER",
            required = true,
            description =
                    "The server as its clients reach it, such as broker.example.com:1883; several"
                            + " with a blank between them.")
    private String to = "";

    @Option(names = "--permanent", description = "They are to stay there (0x9D instead of 0x9C).")
    private boolean permanent;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8880",
            description = "Admin API of the node (default: ${DEFAULT-VALUE}).")
    private String admin = "";

    @Override
    public Integer call() {
        AdminClient node = new AdminClient();
        PrintWriter err = spec.commandLine().getErr();
        int failed = 0;
        for (String client : clients) {
            try {
                node.redirect(admin, client, to, permanent);
            } catch (IOException e) {
                failed++;
                err.printf("skein redirect: %s%n", e.getMessage());
            }
        }
        err.flush();
        return failed == 0 ? 0 : 1;
    }
}
