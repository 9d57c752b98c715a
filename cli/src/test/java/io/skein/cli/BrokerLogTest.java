package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.server.config.LogSettings;
import io.skein.server.config.LogSettings.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class BrokerLogTest {
    private static final Logger LOG = LoggerFactory.getLogger("io.skein.test");
    private static final int FILE_BYTES = 64 << 10;

    @TempDir private Path directory;

    private LogSettings settings(Level level, Format format, int files) {
        return new LogSettings(level, format, directory.resolve("log"), FILE_BYTES, files);
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("log"));
    }

    @AfterEach
    void toStandardErrorAgain() {
        BrokerLog.use(new LogSettings(Level.WARN, Format.TEXT, null, FILE_BYTES, 1));
    }

    @Test
    void anEventIsALineOfText() throws IOException {
        BrokerLog.use(settings(Level.INFO, Format.TEXT, 1));

        LOG.info("one\ntwo");
        LOG.debug("not told");

        assertThat(lines()).singleElement().asString().endsWith("INFO  test - one | two");
    }

    @Test
    void anEventIsAnObjectInJson() throws IOException {
        BrokerLog.use(settings(Level.DEBUG, Format.JSON, 1));

        LOG.debug("a \"quoted\"\nmessage", new IllegalStateException("why"));

        assertThat(lines()).hasSize(1);
        JsonNode event = new JsonMapper().readTree(lines().getFirst());
        assertThat(event.path("level").asText()).isEqualTo("DEBUG");
        assertThat(event.path("logger").asText()).isEqualTo("io.skein.test");
        assertThat(event.path("message").asText()).isEqualTo("a \"quoted\"\nmessage");
        assertThat(event.path("stackTrace").asText()).contains("IllegalStateException: why");
        assertThat(event.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }

    @Test
    void fullFilesGetANumberAndTheOldestGo() throws IOException {
        String text = "x".repeat(FILE_BYTES);
        for (int file = 1; file <= 5; file++) {
            // Each use looks at the size at once; between events it is looked at now and then.
            BrokerLog.use(settings(Level.INFO, Format.TEXT, 2));
            LOG.info("{} {}", file, text);
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("log", "log.1", "log.2");
        }
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnew() throws IOException {
        BrokerLog.use(settings(Level.INFO, Format.TEXT, 1));
        LOG.info("before");
        Files.move(directory.resolve("log"), directory.resolve("moved"));

        BrokerLog.use(settings(Level.INFO, Format.TEXT, 1));
        LOG.info("after");

        assertThat(lines()).singleElement().asString().endsWith("after");
    }
}
