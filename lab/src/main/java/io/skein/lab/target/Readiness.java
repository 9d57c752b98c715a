package io.skein.lab.target;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.mqtt.ProtocolVersion;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits until a broker says yes to a CONNECT: a port that is open is not yet a broker. */
public final class Readiness {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long ATTEMPT_MILLIS = 2_000;

    private Readiness() {}

    /**
     * Waits until something listens there, whatever it is.
     *
     * @param ended why it has ended, null while it lives
     * @throws TargetFailedException if it ends, the signal is raised or the time is up
     */
    public static void awaitListening(
            BrokerAddress address, long seconds, Supplier<@Nullable String> ended, StopSignal stop)
            throws TargetFailedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline && !stop.isRaised()) {
            try (Socket socket = new Socket(address.host(), address.port())) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                String why = ended.get();
                if (why != null) {
                    throw new TargetFailedException(why, notYet);
                }
            }
            stop.await(PAUSE_NANOS);
        }
        throw new TargetFailedException(
                stop.isRaised()
                        ? "interrupted while it started"
                        : "nothing listens at %s within %d s".formatted(address, seconds),
                null);
    }

    /**
     * Waits.
     *
     * @param ended why the broker has ended, null while it lives
     * @throws TargetFailedException if the broker ends, the signal is raised or the time is up
     */
    public static void await(
            BrokerAddress address,
            @Nullable String username,
            @Nullable String password,
            long seconds,
            Supplier<@Nullable String> ended,
            StopSignal stop)
            throws TargetFailedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ConnectOptions options =
                ConnectOptions.builder()
                        .version(ProtocolVersion.MQTT_3_1_1)
                        .clientId("lab-ready")
                        .credentials(username, password)
                        .timeoutMillis(ATTEMPT_MILLIS)
                        .build();
        String last = "no answer";
        try (ClientLoops loops = ClientLoops.open(1)) {
            while (System.nanoTime() < deadline) {
                CompletableFuture<MqttClient> attempt =
                        loops.connect(address, options, ClientListener.NONE);
                stop.awaitOr(attempt, deadline - System.nanoTime());
                if (!attempt.isDone()) {
                    break;
                }
                if (!attempt.isCompletedExceptionally()) {
                    attempt.join().disconnect();
                    return;
                }
                last = String.valueOf(attempt.exceptionNow().getMessage());
                String why = ended.get();
                if (why != null) {
                    throw new TargetFailedException(why, null);
                }
                stop.await(PAUSE_NANOS);
            }
        }
        throw new TargetFailedException(
                stop.isRaised()
                        ? "interrupted while it started"
                        : "it was not ready within %d s: %s".formatted(seconds, last),
                null);
    }
}
