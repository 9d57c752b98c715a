package io.skein.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Asks nodes, without HttpClient: that takes longer to load than nodes take to answer. A question
 * that is not answered is an error after two seconds. Any thread may ask.
 */
public final class AdminClient {
    private static final int LIMIT_MILLIS = 2_000;
    private static final int RELOAD_LIMIT_MILLIS = 30_000;
    private static final int REDIRECT_LIMIT_MILLIS = 5_000;
    private static final int OK = 200;
    private static final int UNPROCESSABLE = 422;

    private final JsonMapper json = new JsonMapper();

    /** A client without state. */
    public AdminClient() {}

    /**
     * Whether a node serves clients; false also if it does not answer.
     *
     * @param base of the admin API, such as {@code http://127.0.0.1:8880}
     */
    public boolean isReady(String base) {
        try {
            HttpURLConnection connection = open(base, "/ready");
            boolean ready = connection.getResponseCode() == OK;
            connection.disconnect();
            return ready;
        } catch (IOException e) {
            return false; // it does not listen yet, or any more
        }
    }

    /**
     * The members of the cluster as a node sees them, as the admin API tells it.
     *
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode nodes(String base) throws IOException {
        try {
            HttpURLConnection connection = open(base, "/api/v1/nodes");
            int status = connection.getResponseCode();
            if (status != OK) {
                throw new IOException("%s answered with HTTP status %d".formatted(base, status));
            }
            try (InputStream body = connection.getInputStream()) {
                JsonNode nodes = json.readTree(body).path("nodes");
                if (nodes.isArray()) {
                    return nodes;
                }
            }
        } catch (SocketException | SocketTimeoutException e) {
            throw unanswered(base, e);
        } catch (JsonProcessingException e) {
            throw noNode(base);
        }
        throw noNode(base);
    }

    /**
     * Has a node read its configuration again.
     *
     * @return what came of it, as the admin API tells it: {@code taken}, {@code changed}, {@code
     *     needRestart}, {@code problems}
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode reload(String base) throws IOException {
        try {
            HttpURLConnection connection = open(base, "/api/v1/reload");
            connection.setReadTimeout(RELOAD_LIMIT_MILLIS);
            connection.setRequestMethod("POST");
            int status = connection.getResponseCode();
            if (status != OK && status != UNPROCESSABLE) {
                throw new IOException("%s answered with HTTP status %d".formatted(base, status));
            }
            try (InputStream body =
                    status == OK ? connection.getInputStream() : connection.getErrorStream()) {
                JsonNode report = json.readTree(body);
                if (report.has("taken")) {
                    return report;
                }
            }
        } catch (SocketException | SocketTimeoutException e) {
            throw unanswered(base, e);
        } catch (JsonProcessingException e) {
            throw noNode(base);
        }
        throw noNode(base);
    }

    /**
     * Sends a client of a node to another server.
     *
     * @param client its client id
     * @param to one or more servers, {@code name:port}, with blanks between them
     * @throws IOException if it was not sent there; the message says why
     */
    public void redirect(String base, String client, String to, boolean forGood)
            throws IOException {
        String query =
                "/api/v1/redirect?client=%s&to=%s&permanent=%s"
                        .formatted(
                                URLEncoder.encode(client, StandardCharsets.UTF_8),
                                URLEncoder.encode(to, StandardCharsets.UTF_8),
                                forGood);
        try {
            HttpURLConnection connection = open(base, query);
            connection.setReadTimeout(REDIRECT_LIMIT_MILLIS);
            connection.setRequestMethod("POST");
            int status = connection.getResponseCode();
            if (status == OK) {
                connection.disconnect();
                return;
            }
            try (InputStream body = connection.getErrorStream()) {
                String error = body == null ? "" : json.readTree(body).path("error").asText();
                throw new IOException(
                        error.isEmpty()
                                ? "%s answered with HTTP status %d".formatted(base, status)
                                : error);
            }
        } catch (SocketException | SocketTimeoutException e) {
            throw unanswered(base, e);
        } catch (JsonProcessingException e) {
            throw noNode(base);
        }
    }

    private static IOException unanswered(String base, IOException e) {
        return switch (e) {
            case ConnectException _ ->
                    new IOException(
                            "no node answers at " + base + "; name another with --admin", e);
            case SocketTimeoutException _ -> new IOException(base + " did not answer in time", e);
            default -> new IOException("%s does not answer: %s".formatted(base, e.getMessage()), e);
        };
    }

    private static IOException noNode(String base) {
        return new IOException("what answers at " + base + " is not a node of Skein");
    }

    private static HttpURLConnection open(String base, String path) throws IOException {
        try {
            if (new URI(base.replaceAll("/+$", "") + path).toURL().openConnection()
                    instanceof HttpURLConnection connection) {
                connection.setConnectTimeout(LIMIT_MILLIS);
                connection.setReadTimeout(LIMIT_MILLIS);
                return connection;
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // told below
        }
        throw new IOException("'" + base + "' is no address like http://127.0.0.1:8880");
    }
}
