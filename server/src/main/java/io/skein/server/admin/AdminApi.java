package io.skein.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.broker.ClientInfo;
import io.skein.server.admin.Documents.Health;
import io.skein.server.balance.Balance;
import io.skein.server.balance.OrderRefusedException;
import io.skein.server.reload.ReloadReport;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What each path answers. */
final class AdminApi {
    static final String EVENTS = "/api/v1/events";
    private static final String RELOAD = "/api/v1/reload";
    private static final String REDIRECT = "/api/v1/redirect";

    private static final String BALANCE = "/api/v1/balance";
    private static final String DRAIN = "/api/v1/drain";
    private static final String RESUME = "/api/v1/resume";
    private static final String REBALANCE = "/api/v1/rebalance";

    /** What changes something, and is asked for by POST. */
    private static final Set<String> ORDERS = Set.of(RELOAD, REDIRECT, DRAIN, RESUME, REBALANCE);

    private static final int RATE_STANDARD = 100;
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
            case BALANCE -> document(200, node.balance().standing());
            default ->
                    Pages.find(path)
                            .orElseThrow(() -> new RequestFault(404, "there is no " + path));
        };
    }

    /** Whether a path is asked for by POST. */
    static boolean isOrder(String path) {
        return ORDERS.contains(path);
    }

    /**
     * Does what is asked for by POST, and answers how it went.
     *
     * @param query as above
     */
    Answer order(String path, @Nullable String query) throws RequestFault {
        return switch (path) {
            case RELOAD -> reload();
            case REDIRECT -> redirect(query);
            default -> balance(path, query);
        };
    }

    /** Moves clients, or ends that: 409 if that cannot be. */
    private Answer balance(String path, @Nullable String query) throws RequestFault {
        Balance balance = node.balance();
        try {
            switch (path) {
                case DRAIN -> balance.drain(rate(query));
                case REBALANCE -> {
                    long surplus = balance.rebalance(rate(query));
                    return document(200, new Documents.Surplus(surplus));
                }
                default -> balance.resume();
            }
        } catch (OrderRefusedException e) {
            throw new RequestFault(409, String.valueOf(e.getMessage()));
        }
        return document(200, balance.standing());
    }

    private static int rate(@Nullable String query) throws RequestFault {
        return number(query, "rate", RATE_STANDARD, Balance.RATE_MAXIMUM);
    }

    /** Reloads the configuration: 200 if it was taken, 422 if it was refused. */
    private Answer reload() {
        ReloadReport report = node.reload();
        return document(report.isTaken() ? 200 : 422, Documents.reload(report));
    }

    /** Sends a client to another server: 404 if it is not connected to this node. */
    private Answer redirect(@Nullable String query) throws RequestFault {
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

    /** 404 while the node is drained: balancers send no clients then, and leave it those it has. */
    private Answer ready() {
        String notReady = node.notReady();
        if (notReady == null) {
            return document(200, new Health("ready", null));
        }
        int status = node.balance().standing().accepting() ? 503 : 404;
        return document(status, new Health("not ready", notReady));
    }

    private Answer clients(@Nullable String query) throws RequestFault {
        int limit = number(query, "limit", CLIENTS_STANDARD, CLIENTS_MAXIMUM);
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

    /** The value of the only parameter that there may be, 1 to the greatest. */
    private static int number(@Nullable String query, String name, int standard, int greatest)
            throws RequestFault {
        if (query == null || query.isEmpty()) {
            return standard;
        }
        if (query.matches(name + "=\\d{1,9}")) {
            int number = Integer.parseInt(query.substring(name.length() + 1));
            if (number >= 1 && number <= greatest) {
                return number;
            }
        }
        throw new RequestFault(
                400, "the only parameter is %s, 1 to %d, not %s".formatted(name, greatest, query));
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
