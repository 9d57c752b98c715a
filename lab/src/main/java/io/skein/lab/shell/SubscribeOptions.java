package io.skein.lab.shell;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sub} is to do. Made with {@link #builder()}; immutable.
 *
 * @param filtersOut messages on topics that match one of these are not printed
 * @param unsubscribe filters to unsubscribe from at the start
 * @param count stop after this many printed messages; 0 for no limit
 * @param timeout stop after this time, with exit code 27; null for no limit
 * @param format how a message is printed
 * @param noEndOfLine print no end of line after a message
 * @param noRetained print no retained messages
 * @param retainedOnly print retained messages only, and stop at the first other one
 * @param removeRetained clear the retained messages that are printed
 * @param exitWhenSubscribed stop as soon as the broker has answered
 * @param reconnect connect again when the connection is lost, once a second
 */
public record SubscribeOptions(
        ConnectionSettings connection,
        List<TopicFilter> filters,
        List<TopicFilter> filtersOut,
        List<TopicFilter> unsubscribe,
        QoS qos,
        long count,
        @Nullable Duration timeout,
        MessageFormat format,
        boolean noEndOfLine,
        boolean noRetained,
        boolean retainedOnly,
        boolean removeRetained,
        boolean exitWhenSubscribed,
        boolean reconnect) {

    /** QoS 0, payloads only, without limit. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; each setter takes what the option of that name takes. Not thread-safe. */
    public static final class Builder {
        private ConnectionSettings connection = ConnectionSettings.builder().build();
        private final List<TopicFilter> filters = new ArrayList<>();
        private final List<TopicFilter> filtersOut = new ArrayList<>();
        private final List<TopicFilter> unsubscribe = new ArrayList<>();
        private int qos;
        private long count;
        private @Nullable Duration timeout;
        private @Nullable String format;
        private boolean verbose;
        private boolean pretty;
        private boolean noEndOfLine;
        private boolean noRetained;
        private boolean retainedOnly;
        private boolean removeRetained;
        private boolean exitWhenSubscribed;
        private boolean reconnect = true;

        private Builder() {}

        /** Where and how to connect. */
        public Builder connection(ConnectionSettings connection) {
            this.connection = connection;
            return this;
        }

        /** {@code -t}, any number of times; the topic of {@code -L} counts as well. */
        public Builder topic(String filter) {
            filters.add(TopicFilter.of(filter));
            return this;
        }

        /** {@code -T}, any number of times. */
        public Builder filterOut(String filter) {
            filtersOut.add(TopicFilter.of(filter));
            return this;
        }

        /** {@code -U}, any number of times. */
        public Builder unsubscribe(String filter) {
            unsubscribe.add(TopicFilter.of(filter));
            return this;
        }

        /** {@code -q}: 0 to 2. */
        public Builder qos(int qos) {
            this.qos = qos;
            return this;
        }

        /** {@code -C}: at least 1. */
        public Builder count(long messages) {
            if (messages < 1) {
                throw new IllegalArgumentException("-C must be at least 1, not " + messages);
            }
            this.count = messages;
            return this;
        }

        /** {@code -W}: more than 0. */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("-W must be more than 0");
            }
            this.timeout = timeout;
            return this;
        }

        /** {@code -v}: topic and payload. */
        public Builder verbose(boolean verbose) {
            this.verbose = verbose;
            return this;
        }

        /** {@code -F}: see {@link MessageFormat}. */
        public Builder format(@Nullable String format) {
            this.format = format;
            return this;
        }

        /** {@code --pretty}: JSON over several lines. */
        public Builder pretty(boolean pretty) {
            this.pretty = pretty;
            return this;
        }

        /** {@code -N}. */
        public Builder noEndOfLine(boolean none) {
            this.noEndOfLine = none;
            return this;
        }

        /** {@code -R}. */
        public Builder noRetained(boolean none) {
            this.noRetained = none;
            return this;
        }

        /** {@code --retained-only}. */
        public Builder retainedOnly(boolean only) {
            this.retainedOnly = only;
            return this;
        }

        /** {@code --remove-retained}. */
        public Builder removeRetained(boolean remove) {
            this.removeRetained = remove;
            return this;
        }

        /** {@code -E}. */
        public Builder exitWhenSubscribed(boolean exit) {
            this.exitWhenSubscribed = exit;
            return this;
        }

        /** Whether to connect again when the connection is lost; true unless said otherwise. */
        public Builder reconnect(boolean reconnect) {
            this.reconnect = reconnect;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if something is missing or does not go together
         */
        public SubscribeOptions build() {
            List<TopicFilter> all = new ArrayList<>(filters);
            String urlTopic = connection.urlTopic();
            if (urlTopic != null) {
                all.add(TopicFilter.of(urlTopic));
            }
            if (all.isEmpty() && unsubscribe.isEmpty()) {
                throw new IllegalArgumentException("no topic to subscribe to; name one with -t");
            }
            if (noRetained && retainedOnly) {
                throw new IllegalArgumentException("-R and --retained-only exclude each other");
            }
            return new SubscribeOptions(
                    connection,
                    List.copyOf(all),
                    List.copyOf(filtersOut),
                    List.copyOf(unsubscribe),
                    QoS.of(qos),
                    count,
                    timeout,
                    MessageFormat.parse(format != null ? format : verbose ? "%t %p" : "%p", pretty),
                    noEndOfLine,
                    noRetained,
                    retainedOnly,
                    removeRetained,
                    exitWhenSubscribed,
                    reconnect);
        }
    }
}
