package io.skein.lab.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metrics of a broker in the text format of Prometheus. Without buckets of histograms, which are
 * many and for other tools.
 */
final class PrometheusEndpoint implements FigureSource {
    private static final int SERIES_LIMIT = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final URI address;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** The endpoint at this address. */
    PrometheusEndpoint(URI address) {
        this.address = address;
    }

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public Map<String, Double> figures() {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? parse(response.body()) : Map.of();
        } catch (IOException e) {
            return Map.of(); // there is none, or it has gone; the run goes on without
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    static Map<String, Double> parse(String text) {
        Map<String, Double> figures = new TreeMap<>();
        text.lines()
                .filter(line -> !line.startsWith("#") && !line.contains("_bucket{"))
                .forEach(line -> note(line, figures));
        return figures;
    }

    private static void note(String line, Map<String, Double> figures) {
        int end = line.lastIndexOf('}') + 1;
        int space = line.indexOf(' ', end);
        if (space <= 0 || figures.size() >= SERIES_LIMIT) {
            return;
        }
        try {
            double value = Double.parseDouble(line.substring(space + 1).strip().split(" ")[0]);
            if (Double.isFinite(value)) {
                figures.put(line.substring(0, space), value);
            }
        } catch (NumberFormatException e) {
            // +Inf and NaN in their spelling: not a figure to draw
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
