package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LinksTableTest {
    @Test
    void aLineSaysHowALinkStandsAndWhatWaitsForIt() throws Exception {
        String links =
                """
                [{"name": "cloud", "address": "mqtts://c:8883", "state": "connected", "since": 900,
                  "detail": "MQTT 5", "alarm": false, "queued": 3, "sent": 70, "received": 2,
                  "refused": 1},
                 {"name": "b", "address": "mqtt://b:1883", "state": "waiting", "since": 996.5,
                  "detail": "refused", "alarm": true, "queued": 12345, "sent": 0, "received": 0,
                  "refused": 0}]
                """;
        assertThat(LinksTable.of(new JsonMapper().readTree(links), Instant.ofEpochSecond(1_000)))
                .isEqualToNormalizingNewlines(
                        """
                        NAME   ADDRESS         STATE            FOR         QUEUED  SENT  RECEIVED  REFUSED  DETAIL
                        cloud  mqtts://c:8883  connected        1 min 40 s  3       70    2         1        MQTT 5
                        b      mqtt://b:1883   waiting (alarm)  3 s         12345   0     0         0        refused
                        """);
    }

    @Test
    void withoutLinksThereAreTheTitlesAlone() throws Exception {
        assertThat(LinksTable.of(new JsonMapper().readTree("[]"), Instant.now())).hasLineCount(1);
    }
}
