package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run of {@code skein lab failover}. */
class FailoverIT {
    @TempDir private Path directory;

    @Test
    void oneNodeThatIsKilledLosesNothingAndItsClientsWaitUntilItIsBack() throws IOException {
        Path out = directory.resolve("run");
        try (Child failover =
                Child.skein(
                        "lab",
                        "failover",
                        "--target",
                        "skein",
                        "--fault",
                        "kill",
                        "--repetitions",
                        "1",
                        "--hold",
                        "2s",
                        "--rate",
                        "100",
                        "--seed",
                        "1",
                        "--out",
                        out.toString())) {
            assertThat(failover.awaitExit()).as(failover.toString()).isZero();
            assertThat(failover.out())
                    .anyMatch(line -> line.contains("No acknowledged message was lost."));
        }
        JsonNode result = new JsonMapper().readTree(out.resolve("result.json").toFile());
        assertThat(result.path("complete").asInt()).isEqualTo(1);
        assertThat(result.path("millis").path("outage").path("min").asDouble())
                .isGreaterThan(2_000);
        try (Child check =
                Child.skein("lab", "check", out.resolve("repetitions/0001").toString())) {
            check.awaitExit();
            assertThat(check.out())
                    .as(check.toString())
                    .anyMatch(line -> line.matches("P2 +held.*"));
        }
    }
}
