package io.skein.lab.client;

import io.netty.channel.EventLoop;
import java.util.ArrayList;

/**
 * One event loop and the connections that wrote something in its current turn. Only for that loop's
 * thread.
 */
final class ClientLoop {
    private final EventLoop executor;
    private ArrayList<MqttClient> written = new ArrayList<>();
    private ArrayList<MqttClient> flushing = new ArrayList<>();

    ClientLoop(EventLoop executor) {
        this.executor = executor;
    }

    EventLoop executor() {
        return executor;
    }

    /** Has the client flushed once, after all that already waits to run in this turn. */
    void flushLater(MqttClient client) {
        written.add(client);
        if (written.size() == 1) {
            executor.execute(this::flush);
        }
    }

    private void flush() {
        ArrayList<MqttClient> clients = written;
        written = flushing;
        flushing = clients;
        for (MqttClient client : clients) {
            client.flush();
        }
        clients.clear();
    }
}
