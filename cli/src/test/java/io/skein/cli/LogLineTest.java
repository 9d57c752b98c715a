package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {

    @Test
    void aPlainMessageStandsBehindTimeLevelAndOrigin() {
        assertThat(line(Level.INFO, "it {} here", null, "is"))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Some - it is here\\R");
    }

    @Test
    void aMessageOfSeveralLinesIsOneLine() {
        assertThat(line(Level.WARN, "one\n  two\r\n\nthree\n", null))
                .endsWith(" WARN  Some - one | two | three" + System.lineSeparator());
    }

    @Test
    void anExceptionWithItsCauseIsPartOfTheLine() {
        Exception thrown = new IllegalStateException("why", new RuntimeException("deeper"));

        assertThat(line(Level.ERROR, "failed", thrown).stripTrailing())
                .contains(
                        " ERROR Some - failed | java.lang.IllegalStateException: why | at io.skein")
                .contains(" | Caused by: java.lang.RuntimeException: deeper")
                .doesNotContain("\n", "\t");
    }

    private static String line(
            Level level, String message, @Nullable Throwable thrown, Object... arguments) {
        return new LogLine()
                .doLayout(
                        new LoggingEvent(
                                LogLineTest.class.getName(),
                                new LoggerContext().getLogger("io.skein.Some"),
                                level,
                                message,
                                thrown,
                                arguments));
    }
}
