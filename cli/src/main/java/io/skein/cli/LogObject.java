package io.skein.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * An event of the log as an object in one line: {@code time} (UTC, RFC 3339), {@code level}, {@code
 * logger}, {@code thread}, {@code message}, and {@code stackTrace} where there is one.
 */
final class LogObject extends LayoutBase<ILoggingEvent> {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public String doLayout(ILoggingEvent event) {
        ObjectNode object =
                JSON.createObjectNode()
                        .put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                        .put("level", event.getLevel().toString())
                        .put("logger", event.getLoggerName())
                        .put("thread", event.getThreadName())
                        .put("message", event.getFormattedMessage());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            object.put("stackTrace", ThrowableProxyUtil.asString(thrown));
        }
        return object + System.lineSeparator();
    }
}
