package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bench whose load is made by other processes. */
@ExtendWith(SharedCluster.class)
class AgentsIT {
    private static final List<String> COUNTS =
            List.of(
                    "sent",
                    "acknowledged",
                    "received",
                    "expected",
                    "lost",
                    "duplicated",
                    "out_of_order",
                    "corrupted",
                    "unsent",
                    "unsettled");

    @TempDir private Path directory;

    private static String[] bench(UpCluster cluster, String... further) {
        String targets =
                "mqtt://127.0.0.1:%d,mqtt://127.0.0.1:%d"
                        .formatted(cluster.port(1), cluster.port(2));
        return Stream.concat(
                        Stream.of(
                                "lab",
                                "bench",
                                "--target",
                                targets,
                                "--layout",
                                "pairs",
                                "--publishers",
                                "4",
                                "--qos",
                                "1",
                                "--rate",
                                "500"),
                        Stream.of(further))
                .toArray(String[]::new);
    }

    /** Where an agent that was just started listens. */
    private static String address(Child agent) {
        return agent.awaitOut("listening").replaceFirst("listening +", "");
    }

    @Test
    void twoAgentsFindWhatOneGeneratorFinds(UpCluster cluster) throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "known to three of us");
        Path alone = directory.resolve("alone.json");
        Path shared = directory.resolve("shared.json");
        try (Child one = agent(secret);
                Child other = agent(secret);
                Child single =
                        Child.skein(
                                bench(cluster, "--duration", "2s", "--json", alone.toString()))) {
            assertThat(single.awaitExit()).as(single.toString()).isZero();
            try (Child controller =
                    Child.skein(
                            bench(
                                    cluster,
                                    "--duration",
                                    "2s",
                                    "--json",
                                    shared.toString(),
                                    "--agent",
                                    address(one),
                                    "--agent",
                                    address(other),
                                    "--agent-secret",
                                    secret.toString(),
                                    "--spread",
                                    "clients"))) {
                assertThat(controller.awaitExit()).as(controller.toString()).isZero();
            }
            one.awaitErr(Pattern.compile("is served, waiting for the next"));
        }
        JsonNode expected = new JsonMapper().readTree(alone.toFile());
        JsonNode found = new JsonMapper().readTree(shared.toFile());

        assertThat(expected.path("sent").asLong()).isEqualTo(1_000);
        assertThat(COUNTS)
                .allSatisfy(name ->
                        assertThat(found.path(name)).as(name).isEqualTo(expected.path(name)));
        JsonNode agents = found.path("agents");
        assertThat(agents.path("each")).hasSize(2);
        assertThat(agents.path("each"))
                .allSatisfy(each -> assertThat(each.path("sent").asLong()).isEqualTo(500));
        assertThat(agents.path("latency_error_micros").asDouble()).isPositive();
        assertThat(agents.path("each").get(0).path("clock").path("offset_micros").asDouble())
                .as("processes of one machine share its clock")
                .isBetween(
                        -agents.path("latency_error_micros").asDouble(),
                        agents.path("latency_error_micros").asDouble());
    }

    private static Child agent(Path secret) {
        return Child.skein(
                "lab", "agent", "--listen", "127.0.0.1:0", "--secret", secret.toString());
    }

    @Test
    void anAgentThatIsKilledEndsTheRunWithItsName(UpCluster cluster) {
        try (Child one = Child.skein("lab", "agent", "--listen", "127.0.0.1:0");
                Child other = Child.skein("lab", "agent", "--listen", "127.0.0.1:0")) {
            String doomed = address(other);
            try (Child controller =
                    Child.skein(
                            bench(
                                    cluster,
                                    "--duration",
                                    "10m",
                                    "--agent",
                                    address(one) + "," + doomed))) {
                controller.awaitErr(Pattern.compile("measuring"));
                other.kill();

                assertThat(controller.awaitExit()).as(controller.toString()).isEqualTo(1);
                assertThat(controller.err().getLast())
                        .startsWith("bench: agent " + doomed + " is lost");
            }
            one.awaitErr(Pattern.compile("waiting for the next"));
            assertThat(one.isAlive()).isTrue();
        }
    }

    @Test
    void aControllerThatIsKilledEndsTheLoad(UpCluster cluster) {
        try (Child agent = Child.skein("lab", "agent", "--listen", "127.0.0.1:0");
                Child controller =
                        Child.skein(
                                bench(cluster, "--duration", "10m", "--agent", address(agent)))) {
            controller.awaitErr(Pattern.compile("measuring"));
            controller.kill();

            agent.awaitErr(Pattern.compile("waiting for the next"));
        }
    }
}
