package io.skein.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An admin API that says what a test wants it to say, and the page itself. */
final class MadeUpNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<OutputStream> streams = new ArrayList<>();
    private volatile List<MadeUpNode> cluster = List.of();
    private volatile @Nullable String notReady;
    private volatile List<Map<String, Object>> links = List.of();
    private volatile boolean frozen;

    MadeUpNode(String name) throws IOException {
        this.name = name;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
        clock.scheduleAtFixedRate(this::speak, 1, 1, TimeUnit.SECONDS);
    }

    /** The members of the cluster, itself included. */
    void knows(List<MadeUpNode> members) {
        cluster = members;
    }

    /** Not to serve clients, for this reason. */
    void refuse(String reason) {
        notReady = reason;
    }

    /** To have these links, as the admin API tells them. */
    void linked(List<Map<String, Object>> to) {
        links = to;
    }

    /** To hold its connections and say nothing. */
    void freeze() {
        frozen = true;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        exchange.getResponseHeaders()
                .set("Content-Security-Policy", "default-src 'self'; connect-src *");
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/api/v1/nodes" -> send(exchange, "application/json", json(members()));
            case "/api/v1/node" -> send(exchange, "application/json", json(about()));
            case "/api/v1/clients" -> send(exchange, "application/json", json(clients()));
            case "/api/v1/links" ->
                    send(exchange, "application/json", json(Map.of("links", links)));
            case "/api/v1/events" -> stream(exchange);
            default -> page(exchange, path.equals("/") ? "/index.html" : path);
        }
    }

    private static void page(HttpExchange exchange, String path) throws IOException {
        try (InputStream in = MadeUpNode.class.getResourceAsStream("/dashboard" + path)) {
            if (in == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String type =
                    switch (path.substring(path.lastIndexOf('.'))) {
                        case ".html" -> "text/html; charset=utf-8";
                        case ".css" -> "text/css";
                        case ".svg" -> "image/svg+xml";
                        default -> "text/javascript";
                    };
            send(exchange, type, in.readAllBytes());
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        body.write(event());
        body.flush();
        synchronized (streams) {
            streams.add(body);
        }
    }

    private void speak() {
        if (frozen) {
            return;
        }
        synchronized (streams) {
            streams.removeIf(stream -> {
                try {
                    stream.write(event());
                    stream.flush();
                    return false;
                } catch (IOException e) {
                    return true; // the page has gone
                }
            });
        }
    }

    private byte[] event() throws IOException {
        String data = JSON.writeValueAsString(state());
        return ("event: state\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> state() {
        String reason = notReady;
        return Map.of(
                "ready",
                reason == null,
                "notReadyReason",
                reason == null ? "" : reason,
                "alarms",
                links.stream().filter(link -> link.get("alarm").equals(true)).toList(),
                "uptimeSeconds",
                4_000,
                "values",
                Map.of(
                        "connectionsOpen", 1_234,
                        "sessions", 5_678,
                        "subscriptions", 90,
                        "retainedMessages", 3,
                        "droppedQueueFull", 7),
                "ratesPerSecond",
                Map.of("messagesReceived", 1_500.5, "messagesSent", 3_000.0),
                "process",
                Map.of(
                        "busyProcessors", 1.5,
                        "processors", 2,
                        "heapUsedBytes", 100 << 20,
                        "heapMaximumBytes", 400 << 20,
                        "residentBytes", 300 << 20));
    }

    private Map<String, Object> members() {
        return Map.of(
                "nodes",
                cluster.stream()
                        .map(node ->
                                Map.of(
                                        "name",
                                        node.name,
                                        "mqttAddress",
                                        "127.0.0.1:1883",
                                        "adminAddress",
                                        node.address().toString(),
                                        "self",
                                        node.equals(this)))
                        .toList());
    }

    private Map<String, Object> about() {
        return Map.of(
                "name", name,
                "version", "1.0",
                "architecture", "grid",
                "mqttAddress", "127.0.0.1:1883",
                "promises",
                        List.of(
                                Map.of("name", "EXACTLY_ONCE", "number", "P4", "kept", true),
                                Map.of(
                                        "name",
                                        "MINORITY_REFUSES",
                                        "number",
                                        "P10",
                                        "kept",
                                        false)));
    }

    private Map<String, Object> clients() {
        return Map.of(
                "limit",
                200,
                "clients",
                List.of(
                        client("thermometer", "192.0.2.1:50000"),
                        client("<img src=x onerror=document.title='taken'>", "192.0.2.2:50000")));
    }

    private static Map<String, Object> client(String id, String address) {
        return Map.of(
                "clientId",
                id,
                "address",
                address,
                "protocol",
                "5",
                "connected",
                true,
                "cleanSession",
                false,
                "subscriptions",
                2,
                "queued",
                0,
                "inflight",
                1,
                "connectedAt",
                1_700_000_000);
    }

    private static byte[] json(Map<String, Object> content) throws IOException {
        return JSON.writeValueAsBytes(content);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        server.stop(0);
        threads.shutdownNow();
    }
}
