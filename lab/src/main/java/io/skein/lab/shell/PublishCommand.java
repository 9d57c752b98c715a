package io.skein.lab.shell;

import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectFailedException;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PublishCallback;
import io.skein.lab.client.Reasons;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Publishes messages and waits until all are acknowledged. One object runs once. */
public final class PublishCommand {
    /** Messages under way at most, so that a long input is not read into memory. */
    private static final int UNDER_WAY_LIMIT = 1_000;

    private final PublishOptions options;
    private final InputStream in;
    private final CommandConnection connection;
    private final Semaphore slots = new Semaphore(UNDER_WAY_LIMIT);
    private final AtomicReference<String> failure = new AtomicReference<>("");
    private int sent;

    private PublishCommand(PublishOptions options, InputStream in, PrintStream err) {
        this.options = options;
        this.in = in;
        this.connection = new CommandConnection(options.connection(), err);
    }

    /**
     * Runs the command; blocks until it is done.
     *
     * @param in standard input, read for {@code -s} and {@code -l}
     * @param err gets errors and what {@code -d} tells
     * @return 0; 1 on failure; the code of a refused CONNECT
     */
    public static int run(PublishOptions options, InputStream in, PrintStream err) {
        return new PublishCommand(options, in, err).run();
    }

    private int run() {
        try (ClientLoops loops = ClientLoops.open(1)) {
            byte[] single = single();
            MqttClient client = connection.connect(loops, null, ClientListener.NONE);
            if (single == null) {
                publishLines(client);
            } else {
                publishRepeatedly(client, single);
            }
            slots.acquire(UNDER_WAY_LIMIT);
            connection.debug("Client %s sending DISCONNECT", client.clientId());
            client.disconnect(
                            ReasonCode.SUCCESS,
                            options.connection()
                                    .properties()
                                    .of(PropertyArguments.Command.DISCONNECT))
                    .join();
            if (failure.get().isEmpty()) {
                return ExitCodes.OK;
            }
            connection.error(failure.get());
        } catch (ConnectFailedException e) {
            connection.error(String.valueOf(e.getMessage()));
            return ExitCodes.of(e, options.connection().version());
        } catch (IOException e) {
            connection.error(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCodes.INTERRUPTED;
        }
        return ExitCodes.FAILED;
    }

    /** The one payload to send, or null where each line is one. */
    private byte @Nullable [] single() throws IOException {
        return switch (options.source()) {
            case PublishOptions.Source.Text text -> text.bytes();
            case PublishOptions.Source.File file -> {
                if (!Files.isReadable(file.path())) {
                    throw new IOException("cannot read " + file.path());
                }
                yield Files.readAllBytes(file.path());
            }
            case PublishOptions.Source.Input _ -> in.readAllBytes();
            case PublishOptions.Source.Lines _ -> null;
        };
    }

    private void publishRepeatedly(MqttClient client, byte[] payload) throws InterruptedException {
        for (int i = 0; i < options.repeat() && failure.get().isEmpty(); i++) {
            if (i > 0 && !options.repeatDelay().isZero()) {
                TimeUnit.NANOSECONDS.sleep(options.repeatDelay().toNanos());
            }
            publish(client, payload);
        }
    }

    private void publishLines(MqttClient client) throws IOException, InterruptedException {
        InputStream input = new BufferedInputStream(in);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b >= 0 && failure.get().isEmpty(); b = input.read()) {
            if (b == '\n') {
                publish(client, line.toByteArray());
                line.reset();
            } else {
                line.write(b);
            }
        }
        if (line.size() > 0 && failure.get().isEmpty()) {
            publish(client, line.toByteArray());
        }
    }

    private void publish(MqttClient client, byte[] payload) throws InterruptedException {
        Properties properties =
                options.connection().properties().of(PropertyArguments.Command.PUBLISH);
        Publish message =
                new Publish(
                        options.topic(),
                        payload,
                        options.qos(),
                        options.retain(),
                        false,
                        0,
                        properties);
        slots.acquire();
        int number = ++sent;
        connection.debug(
                "Client %s sending PUBLISH (d0, q%d, r%d, m%d, '%s', ... (%d bytes))",
                client.clientId(),
                options.qos().value(),
                options.retain() ? 1 : 0,
                number,
                options.topic(),
                payload.length);
        client.publish(message, number, new Settlement());
    }

    /** Hears of each message's end. */
    private final class Settlement implements PublishCallback {
        @Override
        public void settled(long token, ReasonCode reason) {
            if (options.qos().value() > 0) {
                connection.debug("PUBLISH m%d acknowledged: %s", token, Reasons.inWords(reason));
            }
            if (reason.isError()) {
                failure.compareAndSet(
                        "", "message %d was refused: %s".formatted(token, Reasons.inWords(reason)));
            }
            slots.release();
        }

        @Override
        public void lost(long token, ConnectionLoss loss) {
            failure.compareAndSet("", "message %d: %s".formatted(token, loss.message()));
            slots.release();
        }
    }
}
