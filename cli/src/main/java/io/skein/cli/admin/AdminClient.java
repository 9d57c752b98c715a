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
    private static final int ORDER_LIMIT_MILLIS = 5_000;
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
        return list(base, "nodes");
    }

    /**
     * The links of a node to other brokers, as the admin API tells it.
     *
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode links(String base) throws IOException {
        return list(base, "links");
    }

    private JsonNode list(String base, String name) throws IOException {
        JsonNode list = answer(base, "/api/v1/" + name, "GET", LIMIT_MILLIS).path(name);
        if (!list.isArray()) {
            throw noNode(base);
        }
        return list;
    }

    /**
     * How it stands with the clients of a node, as the admin API tells it: {@code accepting},
     * {@code connections}, {@code toMove}, {@code moved}, {@code waiting}.
     *
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode standing(String base) throws IOException {
        return standing(base, answer(base, "/api/v1/balance", "GET", LIMIT_MILLIS));
    }

    /**
     * Has a node take no more clients, and move those it has.
     *
     * @param perSecond clients a second
     * @return as {@link #standing}
     * @throws IOException if it does not do that; the message says why
     */
    public JsonNode drain(String base, int perSecond) throws IOException {
        return standing(base, order(base, "/api/v1/drain?rate=" + perSecond));
    }

    /**
     * Has a node take clients again.
     *
     * @return as {@link #standing}
     * @throws IOException if it does not do that; the message says why
     */
    public JsonNode resume(String base) throws IOException {
        return standing(base, order(base, "/api/v1/resume"));
    }

    /**
     * Has a node move what it has above an equal share.
     *
     * @param perSecond clients a second
     * @return how many clients that are
     * @throws IOException if it does not do that; the message says why
     */
    public long rebalance(String base, int perSecond) throws IOException {
        return order(base, "/api/v1/rebalance?rate=" + perSecond).path("surplus").asLong();
    }

    private static JsonNode standing(String base, JsonNode answer) throws IOException {
        if (!answer.has("accepting")) {
            throw noNode(base);
        }
        return answer;
    }

    /**
     * Has a node read its configuration again.
     *
     * @return what came of it, as the admin API tells it: {@code taken}, {@code changed}, {@code
     *     needRestart}, {@code problems}
     * @throws IOException if the node does not answer so; the message says which and why
     */
    public JsonNode reload(String base) throws IOException {
        JsonNode report = answer(base, "/api/v1/reload", "POST", RELOAD_LIMIT_MILLIS);
        if (!report.has("taken")) {
            throw noNode(base);
        }
        return report;
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
        order(
                base,
                "/api/v1/redirect?client=%s&to=%s&permanent=%s"
                        .formatted(
                                URLEncoder.encode(client, StandardCharsets.UTF_8),
                                URLEncoder.encode(to, StandardCharsets.UTF_8),
                                forGood));
    }

    private JsonNode order(String base, String path) throws IOException {
        return answer(base, path, "POST", ORDER_LIMIT_MILLIS);
    }

    private JsonNode answer(String base, String path, String method, int limitMillis)
            throws IOException {
        try {
            HttpURLConnection connection = open(base, path);
            connection.setReadTimeout(limitMillis);
            connection.setRequestMethod(method);
            int status = connection.getResponseCode();
            boolean fine = status == OK || status == UNPROCESSABLE;
            try (InputStream body =
                    status == OK ? connection.getInputStream() : connection.getErrorStream()) {
                JsonNode answer = body == null ? json.createObjectNode() : json.readTree(body);
                if (fine) {
                    return answer;
                }
                String error = answer.path("error").asText();
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
