package io.skein.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.broker.ClientInfo;
import io.skein.server.admin.Documents.Health;
import io.skein.server.reload.ReloadReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What each path answers. */
final class AdminApi {
    static final String EVENTS = "/api/v1/events";
    static final String RELOAD = "/api/v1/reload";
    static final String REDIRECT = "/api/v1/redirect";

    private static final int CLIENTS_STANDARD = 100;
    private static final int CLIENTS_MAXIMUM = 10_000;
    private static final long SHARDS_MILLIS = 2_000;

    private final ObjectMapper json = new ObjectMapper();
    private final NodeView node;
    private final Sampler sampler;

    AdminApi(NodeView node, Sampler sampler) {
        this.node = node;
        this.sampler = sampler;
    }

    /**
     * The answer to a GET.
     *
     * @param query what follows the question mark, undecoded; null for nothing
     */
    Answer get(String path, @Nullable String query) throws RequestFault, IOException {
        return switch (path) {
            case "/health" -> document(200, new Health("up", null));
            case "/ready" -> ready();
            case "/metrics" ->
                    Answer.text(200, PrometheusText.CONTENT_TYPE, PrometheusText.of(node));
            case "/api/v1/nodes" -> document(200, Documents.nodes(node));
            case "/api/v1/node" -> document(200, Documents.node(node, sampler.latest()));
            case "/api/v1/links" -> document(200, Documents.links(node));
            case "/api/v1/clients" -> clients(query);
            default ->
                    Pages.find(path)
                            .orElseThrow(() -> new RequestFault(404, "there is no " + path));
        };
    }

    /** Reloads the configuration: 200 if it was taken, 422 if it was refused. */
    Answer reload() {
        ReloadReport report = node.reload();
        return document(report.isTaken() ? 200 : 422, Documents.reload(report));
    }

    /** Sends a client to another server: 404 if it is not connected to this node. */
    Answer redirect(@Nullable String query) throws RequestFault {
        Redirection wanted = Redirection.of(query);
        boolean there =
                answer(node.redirect(wanted.client(), wanted.to(), wanted.forGood()), "redirect");
        if (!there) {
            throw new RequestFault(
                    404, "client '%s' is not connected to this node".formatted(wanted.client()));
        }
        return document(
                200, new Documents.Redirected(wanted.client(), wanted.to(), wanted.forGood()));
    }

    private Answer ready() {
        String notReady = node.notReady();
        return notReady == null
                ? document(200, new Health("ready", null))
                : document(503, new Health("not ready", notReady));
    }

    private Answer clients(@Nullable String query) throws RequestFault {
        int limit = limit(query);
        List<ClientInfo> found = answer(node.clients(limit), "list");
        return document(200, Documents.clients(limit, found));
    }

    private static <T> T answer(CompletableFuture<T> asked, String verb) throws RequestFault {
        try {
            return asked.get(SHARDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new RequestFault(503, "the node is too busy to %s its clients".formatted(verb));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestFault(503, "the node stops");
        }
    }

    private static int limit(@Nullable String query) throws RequestFault {
        if (query == null || query.isEmpty()) {
            return CLIENTS_STANDARD;
        }
        if (query.matches("limit=\\d{1,6}")) {
            int limit = Integer.parseInt(query.substring("limit=".length()));
            if (limit >= 1 && limit <= CLIENTS_MAXIMUM) {
                return limit;
            }
        }
        throw new RequestFault(
                400, "the only parameter is limit, 1 to " + CLIENTS_MAXIMUM + ", not " + query);
    }

    /** A moment as the data of one event. */
    String event(Sampler.Moment moment) {
        return write(Documents.state(node, moment));
    }

    Sampler sampler() {
        return sampler;
    }

    Answer fault(int status, String why) {
        return document(status, new Documents.Fault(why));
    }

    private Answer document(int status, Object content) {
        return Answer.text(status, Answer.JSON, write(content));
    }

    private String write(Object content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document that cannot be written", e);
        }
    }
}
