package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** How far nodes are from here, and which of them is the best to connect to. */
final class RoundTrips {
    /**
     * In the JSON of a node: the median time in which it takes a TCP connection; absent if none.
     */
    static final String MICROS = "roundTripMicros";

    private static final int TIMES = 5;
    private static final int LIMIT_MILLIS = 2_000;
    private static final long NANOS_PER_MICRO = 1_000;

    /** Nodes are as near as each other up to this difference. */
    private static final long NEAR_MICROS = 1_000;

    private RoundTrips() {}

    /** Measures each node and writes the time into it. */
    static void measure(JsonNode nodes) {
        for (JsonNode node : nodes) {
            String[] address = node.path("mqttAddress").asText().split(":(?=\\d+$)", 2);
            if (node instanceof ObjectNode object && address.length == 2) {
                try {
                    object.put(MICROS, micros(address[0], Integer.parseInt(address[1])));
                } catch (IOException e) {
                    object.put("unreachable", String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private static long micros(String host, int port) throws IOException {
        long[] micros = new long[TIMES];
        for (int i = 0; i < TIMES; i++) {
            InetSocketAddress address = new InetSocketAddress(host.replaceAll("^\\[|]$", ""), port);
            try (Socket socket = new Socket()) {
                long start = System.nanoTime();
                socket.connect(address, LIMIT_MILLIS);
                micros[i] = (System.nanoTime() - start) / NANOS_PER_MICRO;
            }
        }
        Arrays.sort(micros);
        return micros[TIMES / 2];
    }

    /** Of the nodes that take clients, the one with the fewest connections among the nearest. */
    static Optional<JsonNode> best(JsonNode nodes) {
        long nearest =
                reachable(nodes)
                        .map(node -> node.path(MICROS).asLong())
                        .min(Long::compare)
                        .orElse(0L);
        return reachable(nodes)
                .filter(node -> node.path(MICROS).asLong() <= nearest + NEAR_MICROS)
                .min(
                        Comparator.comparingLong(
                                node -> node.path("load").path("connections").asLong()));
    }

    private static Stream<JsonNode> reachable(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .filter(node -> node.has(MICROS))
                .filter(node -> node.path("load").path("accepting").asBoolean(true));
    }
}
