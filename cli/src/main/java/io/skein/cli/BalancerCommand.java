package io.skein.cli;

import io.skein.cli.admin.AdminClient;
import io.skein.cli.balancer.Haproxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein balancer}: the configuration of a load balancer in front of a cluster. */
@Command(
        name = "balancer",
        description = {
            "Writes a configuration of HAProxy for the nodes of a running cluster.",
            "",
            "Clients that connect are sent to the node with the fewest connections. A node that is"
                    + " not ready, or does not answer, gets none, and those it has are disconnected so that they"
                    + " come back on another."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: written.",
            "1: no node answers, one has no admin API, or the file cannot be written.",
            "2: the command line is wrong."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class BalancerCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Mixin private final ClusterAdminOption admin = new ClusterAdminOption();

    @Option(
            names = "--bind",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:1880",
            description =
                    "Where clients connect; *:PORT for every address of the machine (default:"
                            + " ${DEFAULT-VALUE}).")
    private String bind = "";

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Connections at one time; more of them wait (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--proxy-protocol",
            description =
                    "Tell the nodes the addresses of the clients. Their listeners need"
                            + " proxy-protocol: true.")
    private boolean proxyProtocol;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description =
                    "A socket for commands to HAProxy, such as 'set server skein/NODE state drain'.")
    private @Nullable Path socket;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it here instead of to standard output; the file must not exist.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        if (!bind.matches("(\\*|[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]):\\d{1,5}")) {
            throw new ParameterException(
                    spec.commandLine(), "--bind: '" + bind + "' is not HOST:PORT or *:PORT");
        }
        if (connections < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--connections: at least 1, not " + connections);
        }
        Haproxy haproxy = Haproxy.of(new AdminClient().nodes(admin.url()));
        String configuration =
                haproxy.configuration(
                        bind,
                        connections,
                        proxyProtocol,
                        socket == null ? null : socket.toAbsolutePath().toString());
        Written.to(output, force, configuration, spec.commandLine().getOut());
        List<String> local = haproxy.local();
        if (!local.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    "skein balancer: addresses of this machine only: %s. HAProxy has to run on it.%n",
                    String.join(", ", local));
            err.flush();
        }
        return 0;
    }
}
