package io.skein.dashboard;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chromium without a window, one page, spoken to by its debugging protocol. */
public final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    private Browser(Process process, URI page) {
        this.process = process;
        this.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(page, new Messages())
                        .join();
        ask("Runtime.enable", Map.of());
        ask("Log.enable", Map.of());
        ask("Page.enable", Map.of());
    }

    /** Where it is installed, if it is. */
    public static Optional<Path> installed() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory ->
                        Stream.of("chromium", "chromium-browser", "google-chrome")
                                .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one that keeps what it needs in this empty directory. */
    public static Browser start(Path program, Path directory) throws IOException {
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--user-data-dir=" + directory,
                                "--remote-debugging-port=0",
                                "about:blank")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        Path port = directory.resolve("DevToolsActivePort");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(port) && !Files.readString(port).isEmpty());
        URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json");
        String page = await().atMost(PATIENCE).until(() -> pageOf(list), url -> url != null);
        return new Browser(process, URI.create(page));
    }

    private static @Nullable String pageOf(URI list) throws IOException {
        JsonNode targets;
        try (InputStream answer = list.toURL().openStream()) {
            targets = JSON.readTree(answer);
        }
        for (JsonNode target : targets) {
            if (target.get("type").asText().equals("page")) {
                return target.get("webSocketDebuggerUrl").asText();
            }
        }
        return null;
    }

    /** Opens a page. */
    public void open(URI url) {
        faults.clear();
        ask("Page.navigate", Map.of("url", url.toString()));
    }

    /** Opens a page and waits until all of it is there. */
    public void openWhole(URI url) {
        open(url);
        await().atMost(PATIENCE)
                .until(() ->
                        evaluate("location.href + document.readyState").equals(url + "complete"));
    }

    /** How wide and high the window is, in pixels of CSS. */
    public void size(int width, int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the window shows, as PNG. */
    public byte[] picture() {
        JsonNode answer = ask("Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(answer.at("/result/data").asText());
    }

    /** Whether the page prefers dark colours. */
    public void prefersDark(boolean dark) {
        ask(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    /** The value of an expression in the page, as text; empty for null and for what fails. */
    public String evaluate(String expression) {
        JsonNode answer =
                ask("Runtime.evaluate", Map.of("expression", "String(" + expression + ")"));
        return answer.at("/result/result/value").asText("");
    }

    /** Exceptions and errors of the page since it was opened, as the browser tells them. */
    public List<String> faults() {
        return new ArrayList<>(faults);
    }

    private JsonNode ask(String method, Map<String, ?> parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            socket.sendText(
                            JSON.writeValueAsString(
                                    Map.of("id", id, "method", method, "params", parameters)),
                            true)
                    .join();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private static boolean isFault(JsonNode event) {
            return switch (event.path("method").asText()) {
                case "Runtime.exceptionThrown" -> true;
                case "Runtime.consoleAPICalled" ->
                        event.at("/params/type").asText().equals("error");
                case "Log.entryAdded" -> event.at("/params/entry/level").asText().equals("error");
                default -> false;
            };
        }

        private void take(String message) {
            try {
                JsonNode json = JSON.readTree(message);
                CompletableFuture<JsonNode> answer =
                        json.has("id") ? answers.remove(json.get("id").asInt()) : null;
                if (answer != null) {
                    answer.complete(json);
                } else if (isFault(json)) {
                    faults.add(message);
                }
            } catch (IOException e) {
                faults.add(e.toString());
            }
        }
    }
}
