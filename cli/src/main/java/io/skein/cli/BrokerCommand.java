package io.skein.cli;

import io.skein.cli.up.Ports;
import io.skein.server.ConfigurationCheck;
import io.skein.server.Node;
import io.skein.server.StartException;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein broker}: one node in the foreground. */
@Command(
        name = "broker",
        description = {
            "Runs one node in the foreground.",
            "",
            "Prints a line that begins with 'ready' once it serves, and stops on Ctrl-C or SIGTERM. Its"
                    + " log goes to standard error, or where log.file says.",
            "",
            "What an option says wins over --set, that over the environment (SKEIN_LIMITS_BACKLOG for"
                    + " limits.backlog), and that over the file. docs/configuration.md lists all keys.",
            "",
            "On SIGHUP it reads file and environment again and applies what needs no restart; a"
                    + " configuration that is wrong changes nothing. 'skein reload' does the same and"
                    + " shows what came of it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: it was told to stop, or the configuration is valid.",
            "1: it failed.",
            "2: the command line is wrong.",
            "3: the configuration is wrong.",
            "4: it could not start: a port is taken, or the data directory cannot be used."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class BrokerCommand implements Callable<Integer> {
    private static final int ADMIN_PORT = 8_880;

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "Listen for clients on 127.0.0.1:P (otherwise what listeners.0.bind says, 127.0.0.1:1883"
                            + " by default).")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the node keeps what it keeps ('data' by default).")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "A configuration in YAML.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Overrides one key of the configuration, such as limits.backlog=64; can be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            completionCandidates = UpCommand.ArchitectureNames.class,
            description = "One of: ${COMPLETION-CANDIDATES} (standalone by default).")
    private @Nullable String architecture;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the node, unique in its cluster (the machine's by default).")
    private @Nullable String name;

    @Option(
            names = "--admin-port",
            paramLabel = "P",
            description =
                    "Admin API and dashboard on 127.0.0.1:P (otherwise what admin.bind says; "
                            + ADMIN_PORT
                            + " by default, or any that is free if that is not).")
    private @Nullable Integer adminPort;

    @Option(
            names = "--check",
            description = "Check the configuration, tell all that is wrong with it, and end.")
    private boolean check;

    @Option(
            names = "--print-config",
            description =
                    "Print every value that holds and where it comes from, secrets masked, and end.")
    private boolean print;

    @Option(names = "--json", description = "With --check or --print-config: in JSON.")
    private boolean json;

    /** For {@code skein up}: the node ends when what started it does, however that ends. */
    @Option(names = "--supervised", hidden = true)
    private boolean supervised;

    @Override
    public Integer call()
            throws ConfigurationException, StartException, IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (json && !check && !print) {
            throw new ParameterException(
                    spec.commandLine(), "--json goes with --check or --print-config");
        }
        ConfigurationLoader loader = loader();
        if (check && json) {
            return ConfigurationReport.check(() -> load(loader), out);
        }
        Configuration configuration = load(loader);
        if (print) {
            out.print(ConfigurationReport.settings(configuration, json));
            out.flush();
            return 0;
        }
        if (check) {
            out.println("configuration is valid");
            return 0;
        }
        BrokerLog.use(configuration.log());
        Node node = Node.start(configuration, () -> load(loader));
        node.addReloadable(next ->
                () -> {
                    BrokerLog.use(next.log());
                    return List.of(); // the keys say what changed
                });
        Hangup.on(node::reload);
        try (StopHook hook = StopHook.on(node::close)) {
            if (supervised) {
                Thread.ofPlatform().daemon().name("supervision").start(() -> endWith(System.in));
            }
            awaitReady(node);
            out.println(readyLine(node));
            out.flush();
            hook.await();
        } catch (StartException e) {
            node.close();
            throw e;
        }
        return 0;
    }

    private ConfigurationLoader loader() {
        List<String> all = new ArrayList<>();
        if (adminPort == null && config == null && Ports.unavailable(ADMIN_PORT).isPresent()) {
            all.add("admin.bind=127.0.0.1:0"); // a second broker on this machine is to start all
            // the same
        }
        all.addAll(settings);
        add(all, "listeners.0.bind=127.0.0.1:", port);
        add(all, "admin.bind=127.0.0.1:", adminPort);
        add(all, "data=", data);
        add(all, "architecture=", architecture);
        add(all, "node.name=", name);
        return new ConfigurationLoader(System.getenv(), all, ConfigurationCheck::problems);
    }

    private Configuration load(ConfigurationLoader loader) throws ConfigurationException {
        return config == null ? loader.load() : loader.load(config);
    }

    private static void add(List<String> settings, String key, @Nullable Object value) {
        if (value != null) {
            settings.add(key + value);
        }
    }

    /** Waits until clients are served. */
    static void awaitReady(Node node) throws StartException, InterruptedException {
        try {
            node.ready().toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static String readyLine(Node node) {
        StringBuilder line =
                new StringBuilder(
                        "ready architecture=%s nodes=%d"
                                .formatted(node.architecture(), node.nodes().size()));
        node.listeners()
                .forEach(listener ->
                        line.append(' ')
                                .append(scheme(listener.type()))
                                .append("://")
                                .append(listener.address()));
        return line.append(" dashboard ").append(node.self().adminAddress()).append('/').toString();
    }

    private static String scheme(String transport) {
        return switch (transport) {
            case "tcp" -> "mqtt";
            case "tls" -> "mqtts";
            default -> transport; // ws and wss are schemes themselves
        };
    }

    /** Standard input is a pipe from the supervisor that carries nothing but its end. */
    private static void endWith(InputStream input) {
        try (input) {
            while (input.read() >= 0) {
                // what is written does not matter
            }
        } catch (IOException e) {
            // no pipe, no supervisor
        }
        System.exit(0);
    }
}
