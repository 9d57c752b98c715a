package io.skein.lab.shell;

import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ClientSession;
import io.skein.lab.client.ConnectFailedException;
import io.skein.lab.client.MqttClient;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What both commands do the same way: connect, and tell what happens. Thread-safe. */
final class CommandConnection {
    private final ConnectionSettings settings;
    private final PrintStream err;

    CommandConnection(ConnectionSettings settings, PrintStream err) {
        this.settings = settings;
        this.err = err;
    }

    /** Connects, blocking. */
    MqttClient connect(ClientLoops loops, @Nullable ClientSession session, ClientListener listener)
            throws IOException, InterruptedException {
        debug("Client %s sending CONNECT", settings.name());
        CompletableFuture<MqttClient> connecting =
                loops.connect(settings.address(), settings.connectOptions(session), listener);
        try {
            MqttClient client = connecting.get();
            debug("Client %s received CONNACK (0)", client.clientId());
            return client;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectFailedException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** An error, unless the user wants none. */
    void error(String message) {
        if (!settings.quiet()) {
            err.println("Error: " + message);
        }
    }

    /** A line about a packet, if the user wants these. */
    void debug(String format, Object... arguments) {
        if (settings.debug()) {
            err.println(String.format(Locale.ROOT, format, arguments));
        }
    }
}
