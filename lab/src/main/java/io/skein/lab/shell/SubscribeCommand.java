package io.skein.lab.shell;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ClientSession;
import io.skein.lab.client.ConnectFailedException;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.Reasons;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscription;
import java.io.IOException;
import java.io.PrintStream;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes and prints what comes until there is a reason to end. One object runs once; messages
 * are printed on the client's event loop, so that a message is acknowledged only when it is out.
 */
public final class SubscribeCommand implements ClientListener {
    private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SubscribeOptions options;
    private final PrintStream out;
    private final CommandConnection connection;
    private final ClientSession session = new ClientSession();

    /** The exit code, as soon as there is a reason to end. */
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private long printed;

    private SubscribeCommand(SubscribeOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.connection = new CommandConnection(options.connection(), err);
    }

    /**
     * Runs the command until the count, the time-out, an error, or Ctrl-C; blocks.
     *
     * @param out gets messages, byte for byte
     * @param err gets errors and what {@code -d} tells
     * @return 0; 1 on failure; 27 when the time was up; the code of a refused CONNECT
     */
    public static int run(SubscribeOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** Runs the command until one of these or the signal; otherwise as the other method. */
    public static int run(
            SubscribeOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        SubscribeCommand command = new SubscribeCommand(options, out, err);
        Thread watcher =
                Thread.ofVirtual()
                        .start(() -> {
                            if (stop.await(Long.MAX_VALUE)) {
                                command.ended.complete(ExitCodes.INTERRUPTED);
                            }
                        });
        try {
            return command.run();
        } finally {
            watcher.interrupt();
            out.flush();
        }
    }

    private int run() {
        if (options.timeout() != null) {
            ended.completeOnTimeout(
                    ExitCodes.TIMED_OUT, options.timeout().toNanos(), TimeUnit.NANOSECONDS);
        }
        try (ClientLoops loops = ClientLoops.open(1)) {
            boolean first = true;
            while (true) {
                MqttClient client = connect(loops, first);
                if (client != null) {
                    first = false;
                    subscribe(client);
                    CompletableFuture.anyOf(ended, client.closed()).join();
                }
                if (ended.isDone()) {
                    return end(client);
                }
                if (!options.reconnect()) {
                    return ExitCodes.FAILED;
                }
                if (waited()) {
                    return end(null);
                }
            }
        } catch (ConnectFailedException e) {
            connection.error(String.valueOf(e.getMessage()));
            return ExitCodes.of(e, options.connection().version());
        } catch (IOException e) {
            connection.error(String.valueOf(e.getMessage()));
            return ExitCodes.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCodes.INTERRUPTED;
        }
    }

    /** A connection; null where a broker that was there before is not reachable now. */
    private @Nullable MqttClient connect(ClientLoops loops, boolean first)
            throws IOException, InterruptedException {
        try {
            return connection.connect(loops, session, this);
        } catch (ConnectFailedException e) {
            if (first || e.kind() == ConnectFailedException.Kind.REFUSED) {
                throw e;
            }
            connection.error(e.getMessage() + "; trying again");
            return null;
        }
    }

    /** Waits before the next attempt; whether there is a reason to end instead. */
    private boolean waited() throws InterruptedException {
        try {
            ended.get(RECONNECT_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is only ever completed with a value
        }
    }

    private int end(@Nullable MqttClient client) {
        int code = ended.join();
        if (code == ExitCodes.TIMED_OUT) {
            connection.error("timed out");
        }
        if (client != null && client.isOpen()) {
            disconnect(client);
            CompletableFuture.anyOf(client.closed(), afterGrace()).join();
        }
        return code;
    }

    /** Completes when a broker that does not close its side has had time enough. */
    private static CompletableFuture<Boolean> afterGrace() {
        return new CompletableFuture<Boolean>().completeOnTimeout(true, 2, TimeUnit.SECONDS);
    }

    private void disconnect(MqttClient client) {
        connection.debug("Client %s sending DISCONNECT", client.clientId());
        client.disconnect(ReasonCode.SUCCESS, properties(PropertyArguments.Command.DISCONNECT));
    }

    private Properties properties(PropertyArguments.Command command) {
        return options.connection().properties().of(command);
    }

    private void subscribe(MqttClient client) throws InterruptedException, IOException {
        if (!options.unsubscribe().isEmpty()) {
            connection.debug(
                    "Client %s sending UNSUBSCRIBE %s", client.clientId(), options.unsubscribe());
            client.unsubscribe(
                    options.unsubscribe(), properties(PropertyArguments.Command.UNSUBSCRIBE));
        }
        if (options.filters().isEmpty()) {
            return;
        }
        List<Subscription> subscriptions =
                options.filters().stream()
                        .map(filter ->
                                new Subscription(
                                        filter, options.qos(), false, false, RetainHandling.SEND))
                        .toList();
        connection.debug(
                "Client %s sending SUBSCRIBE %s, QoS %d",
                client.clientId(), options.filters(), options.qos().value());
        client.subscribe(subscriptions, properties(PropertyArguments.Command.SUBSCRIBE))
                .whenComplete((answer, _) -> answered(client, answer));
    }

    private void answered(MqttClient client, @Nullable SubAck answer) {
        if (answer == null) {
            return; // the connection is lost, which is told elsewhere
        }
        boolean any = false;
        for (int i = 0; i < answer.reasons().size(); i++) {
            ReasonCode reason = answer.reasons().get(i);
            connection.debug(
                    "Client %s received SUBACK: %s %s",
                    client.clientId(), options.filters().get(i), Reasons.inWords(reason));
            if (reason.isError()) {
                connection.error(
                        "subscription to %s was refused: %s"
                                .formatted(options.filters().get(i), Reasons.inWords(reason)));
            }
            any |= !reason.isError();
        }
        if (!any) {
            ended.complete(ExitCodes.FAILED);
        } else if (options.exitWhenSubscribed()) {
            ended.complete(ExitCodes.OK);
        }
    }

    @Override
    public void onPublish(MqttClient client, Publish message) {
        connection.debug(
                "Client %s received PUBLISH (d%d, q%d, r%d, m%d, '%s', ... (%d bytes))",
                client.clientId(),
                message.duplicate() ? 1 : 0,
                message.qos().value(),
                message.retain() ? 1 : 0,
                message.packetId(),
                message.topic(),
                message.payload().length);
        if (ended.isDone()) {
            return;
        }
        if (options.retainedOnly() && !message.retain()) {
            end(client, ExitCodes.OK);
            return;
        }
        if ((options.noRetained() && message.retain())
                || options.filtersOut().stream()
                        .anyMatch(filter -> filter.matches(message.topic()))) {
            return;
        }
        if (options.removeRetained() && message.retain()) {
            client.publish(
                    new Publish(
                            message.topic(),
                            new byte[0],
                            options.qos(),
                            true,
                            false,
                            0,
                            Properties.EMPTY));
        }
        print(message);
        printed++;
        if (options.count() > 0 && printed >= options.count()) {
            end(client, ExitCodes.OK);
        }
    }

    /** Disconnects here and now: what comes after belongs to the next who asks for it. */
    private void end(MqttClient client, int code) {
        ended.complete(code);
        disconnect(client);
    }

    private void print(Publish message) {
        try {
            byte[] bytes =
                    options.format().format(message, ZonedDateTime.now(ZoneId.systemDefault()));
            out.write(bytes, 0, bytes.length);
            if (!options.noEndOfLine()) {
                out.write('\n');
            }
            out.flush();
        } catch (IOException e) {
            connection.error(String.valueOf(e.getMessage()));
        }
        if (out.checkError()) {
            ended.complete(ExitCodes.FAILED); // whoever reads our output has gone
        }
    }

    @Override
    public void onClosed(MqttClient client, ConnectionLoss loss) {
        if (!loss.wanted() && !ended.isDone()) {
            connection.error(loss.message() + (options.reconnect() ? "; connecting again" : ""));
        }
    }
}
