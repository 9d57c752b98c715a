package io.skein.server.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP around the {@link AdminApi}: methods, headers, errors, and the stream of events. */
final class AdminHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    /** Streams of events at a time; each holds a connection for as long as its client likes. */
    private static final int STREAMS_MAXIMUM = 64;

    private static final long NO_BODY = -1;
    private static final long UNKNOWN_LENGTH = 0;

    private final AdminApi api;
    private final Origins origins;
    private final Semaphore streams = new Semaphore(STREAMS_MAXIMUM);

    AdminHandler(AdminApi api, Origins origins) {
        this.api = api;
        this.origins = origins;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            headers(exchange);
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            if (!origins.isOurName(exchange.getRequestHeaders().getFirst("Host"))) {
                answer(exchange, api.fault(421, "ask for localhost or 127.0.0.1"));
            } else if (AdminApi.isOrder(path)) {
                answer(exchange, order(exchange, path));
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, api.fault(405, method + " is not possible, only GET and HEAD"));
            } else if (path.equals(AdminApi.EVENTS) && method.equals("GET")) {
                stream(exchange);
            } else {
                answer(exchange, find(exchange, path));
            }
        }
    }

    /** For this machine alone: there is nobody else this API could know. */
    private Answer order(HttpExchange exchange, String path) {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return api.fault(405, exchange.getRequestMethod() + " is not possible, only POST");
        }
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && !origins.mayRead(origin)) {
            return api.fault(403, "not for pages of " + origin);
        }
        if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
            return api.fault(403, "only from the machine of the node");
        }
        return answered(path, () -> api.order(path, exchange.getRequestURI().getRawQuery()));
    }

    /** What makes an answer, or cannot. */
    @FunctionalInterface
    private interface Question {
        Answer ask() throws RequestFault, IOException;
    }

    private Answer find(HttpExchange exchange, String path) {
        return answered(path, () -> api.get(path, exchange.getRequestURI().getRawQuery()));
    }

    private Answer answered(String path, Question question) {
        try {
            return question.ask();
        } catch (RequestFault e) {
            return api.fault(e.status(), String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.error("{} could not be answered", path, e);
            return api.fault(500, "internal error, see the log of the node");
        }
    }

    private void headers(HttpExchange exchange) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'self'; connect-src *; frame-ancestors 'none'");
        headers.set("Vary", "Origin");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && origins.mayRead(origin)) {
            headers.set("Access-Control-Allow-Origin", origin);
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), NO_BODY);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer.body());
        }
    }

    /** Server-sent events: the state of this node, now and then once a second. */
    private void stream(HttpExchange exchange) throws IOException {
        if (!streams.tryAcquire()) {
            answer(exchange, api.fault(503, "there are " + STREAMS_MAXIMUM + " streams already"));
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, UNKNOWN_LENGTH);
            OutputStream body = exchange.getResponseBody();
            Sampler.Moment moment = api.sampler().latest();
            while (true) {
                String event = "event: state\ndata: " + api.event(moment) + "\n\n";
                body.write(event.getBytes(StandardCharsets.UTF_8));
                body.flush();
                moment = api.sampler().after(moment.sample().sequence());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.release();
        }
    }
}
