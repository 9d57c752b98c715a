package io.skein.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Asks nodes. One question at a time; an answer that does not come is an error after two seconds.
 */
public final class AdminClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final JsonMapper json = new JsonMapper();

    /**
     * Whether a node serves clients; false also if it does not answer.
     *
     * @param base of the admin API, such as {@code http://127.0.0.1:8880}
     */
    public boolean isReady(String base) throws InterruptedException {
        try {
            return get(base, "/ready").statusCode() == OK;
        } catch (IOException e) {
            return false; // it does not listen yet, or any more
        }
    }

    /**
     * The members of the cluster as a node sees them, as the admin API tells it.
     *
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode nodes(String base) throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try {
            answer = get(base, "/api/v1/nodes");
        } catch (ConnectException e) {
            throw new IOException("no node answers at " + base, e);
        } catch (HttpTimeoutException e) {
            throw new IOException(
                    "%s did not answer within %d s".formatted(base, LIMIT.toSeconds()), e);
        }
        if (answer.statusCode() != OK) {
            throw new IOException(
                    "%s answered with HTTP status %d".formatted(base, answer.statusCode()));
        }
        try {
            JsonNode nodes = json.readTree(answer.body()).path("nodes");
            if (nodes.isArray()) {
                return nodes;
            }
            throw new IOException("what answers at " + base + " is not a node of Skein");
        } catch (JsonProcessingException e) {
            throw new IOException("what answers at " + base + " is not a node of Skein", e);
        }
    }

    private HttpResponse<String> get(String base, String path)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT).build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
