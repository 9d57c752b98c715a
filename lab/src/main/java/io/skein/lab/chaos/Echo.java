package io.skein.lab.chaos;

import io.skein.lab.client.BrokerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * How long the way to a node and back is, without a client: a byte that is no MQTT is sent, and the
 * broker closes the connection.
 */
final class Echo {
    private static final int TIMEOUT_MILLIS = 10_000;

    /** A packet type that is not allowed. */
    private static final byte[] NO_PACKET = {0x00, 0x00};

    private Echo() {}

    /** Milliseconds until the end of the connection came back; the limit if it did not. */
    static double millis(BrokerAddress address) {
        long begin = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(NO_PACKET);
            socket.getInputStream().read();
        } catch (IOException e) {
            // Reset is an end, too; what counts is the time.
            return (System.nanoTime() - begin) / 1e6;
        }
        return (System.nanoTime() - begin) / 1e6;
    }
}
