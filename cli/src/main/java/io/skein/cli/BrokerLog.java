package io.skein.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.skein.server.config.LogSettings;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where the log of a node goes and what it looks like; the file is opened anew at each use. */
final class BrokerLog {
    private static final String NAME = "log";

    private BrokerLog() {}

    /** Logs so from here on. */
    static void use(LogSettings settings) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LoggerContext context = root.getLoggerContext();
        context.getLogger("io.skein").setLevel(Level.convertAnSLF4JLevel(settings.level()));
        root.detachAndStopAllAppenders();
        root.addAppender(appender(context, settings));
    }

    private static Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings) {
        Path file = settings.file();
        OutputStreamAppender<ILoggingEvent> appender;
        if (file == null) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget("System.err");
            appender = console;
        } else {
            appender = rolling(context, file.toAbsolutePath(), settings);
        }
        appender.setName(NAME);
        appender.setContext(context);
        appender.setEncoder(encoder(context, settings.format()));
        appender.start();
        return appender;
    }

    private static RollingFileAppender<ILoggingEvent> rolling(
            LoggerContext context, Path file, LogSettings settings) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        FixedWindowRollingPolicy files = new FixedWindowRollingPolicy();
        files.setContext(context);
        files.setParent(appender);
        files.setFileNamePattern(file.toString().replace("%", "\\%") + ".%i");
        files.setMinIndex(1);
        files.setMaxIndex(settings.filesMaximum());
        files.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(settings.fileBytesMaximum()));
        size.start();
        appender.setRollingPolicy(files);
        appender.setTriggeringPolicy(size);
        return appender;
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(
            LoggerContext context, LogSettings.Format format) {
        Layout<ILoggingEvent> layout =
                switch (format) {
                    case TEXT -> new LogLine();
                    case JSON -> new LogObject();
                };
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }
}
