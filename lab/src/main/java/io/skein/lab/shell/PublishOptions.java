package io.skein.lab.shell;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pub} is to do. Made with {@link #builder()}; immutable.
 *
 * @param repeat how often the message is sent, at least 1
 * @param repeatDelay between two of them
 */
public record PublishOptions(
        ConnectionSettings connection,
        TopicName topic,
        Source source,
        QoS qos,
        boolean retain,
        int repeat,
        Duration repeatDelay) {

    /** Where payloads come from. */
    public sealed interface Source {
        /** {@code -m} and {@code -n}: this text. */
        record Text(String text) implements Source {
            byte[] bytes() {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }

        /** {@code -f}: the content of a file. */
        record File(Path path) implements Source {}

        /** {@code -s}: the whole standard input, one message. */
        record Input() implements Source {}

        /** {@code -l}: each line of the standard input, without its end, a message of its own. */
        record Lines() implements Source {}
    }

    /** QoS 0, not retained, once. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; each setter takes what the option of that name takes. Not thread-safe. */
    public static final class Builder {
        private ConnectionSettings connection = ConnectionSettings.builder().build();
        private @Nullable String topic;
        private @Nullable Source source;
        private int qos;
        private boolean retain;
        private int repeat = 1;
        private Duration repeatDelay = Duration.ZERO;

        private Builder() {}

        /** Where and how to connect. */
        public Builder connection(ConnectionSettings connection) {
            this.connection = connection;
            return this;
        }

        /** {@code -t}; where it is missing, that of {@code -L}. */
        public Builder topic(@Nullable String topic) {
            this.topic = topic;
            return this;
        }

        /** {@code -m}. */
        public Builder message(String text) {
            return source(new Source.Text(text));
        }

        /** {@code -n}. */
        public Builder emptyMessage() {
            return source(new Source.Text(""));
        }

        /** {@code -f}. */
        public Builder file(Path path) {
            return source(new Source.File(path));
        }

        /** {@code -s}. */
        public Builder standardInput() {
            return source(new Source.Input());
        }

        /** {@code -l}. */
        public Builder lines() {
            return source(new Source.Lines());
        }

        private Builder source(Source chosen) {
            if (source != null) {
                throw new IllegalArgumentException(
                        "only one of -m, -n, -f, -s and -l may be given");
            }
            this.source = chosen;
            return this;
        }

        /** {@code -q}: 0 to 2. */
        public Builder qos(int qos) {
            this.qos = qos;
            return this;
        }

        /** {@code -r}. */
        public Builder retain(boolean retain) {
            this.retain = retain;
            return this;
        }

        /** {@code --repeat}: at least 1. */
        public Builder repeat(int times) {
            if (times < 1) {
                throw new IllegalArgumentException("--repeat must be at least 1, not " + times);
            }
            this.repeat = times;
            return this;
        }

        /** {@code --repeat-delay}: not negative. */
        public Builder repeatDelay(Duration delay) {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("--repeat-delay must not be negative");
            }
            this.repeatDelay = delay;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if something is missing or out of bounds
         */
        public PublishOptions build() {
            String name = topic != null ? topic : connection.urlTopic();
            if (name == null) {
                throw new IllegalArgumentException("no topic; name one with -t");
            }
            Source chosen = source;
            if (chosen == null) {
                throw new IllegalArgumentException(
                        "no message; give one with -m, -n, -f, -s or -l");
            }
            if (chosen instanceof Source.Lines && repeat > 1) {
                throw new IllegalArgumentException("--repeat does not go with -l");
            }
            return new PublishOptions(
                    connection,
                    TopicName.of(name),
                    chosen,
                    QoS.of(qos),
                    retain,
                    repeat,
                    repeatDelay);
        }
    }
}
