package io.skein.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * An event of the log as exactly one line, so that it can be searched and counted: where a message
 * or a stack trace has several, {@code |} stands between them. Made by Logback.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

    /** For Logback. */
    public LogLine() {}

    @Override
    public String doLayout(ILoggingEvent event) {
        String name = event.getLoggerName();
        String text = event.getFormattedMessage();
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            text += "\n" + ThrowableProxyUtil.asString(thrown);
        }
        return "%s %-5s %s - %s%n"
                .formatted(
                        TIME.format(Instant.ofEpochMilli(event.getTimeStamp())),
                        event.getLevel(),
                        name.substring(name.lastIndexOf('.') + 1),
                        BREAK.matcher(text.strip()).replaceAll(" | "));
    }
}
