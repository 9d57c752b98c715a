package io.skein.lab.check;

import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/** An operation that has begun and not ended. */
sealed interface Pending {
    /** The connection on which it began. */
    Connection connection();

    /** The index of the event with which it began. */
    long invoked();

    /** When that was. */
    long nanos();

    /** A CONNECT. */
    record Connecting(Connection connection, long invoked, long nanos) implements Pending {}

    /** A PUBLISH; the stream is null for one without a payload, the candidate without RETAIN. */
    record Publishing(
            Connection connection,
            long invoked,
            long nanos,
            @Nullable MessageStream stream,
            long sequence,
            QoS qos,
            RetainedTopic.@Nullable Candidate candidate)
            implements Pending {}

    /** A SUBSCRIBE; {@code fresh} if the subscription was not possible before it. */
    record Subscribing(
            Connection connection,
            long invoked,
            long nanos,
            Subscription subscription,
            boolean fresh,
            @Nullable Reader reader)
            implements Pending {}

    /** An UNSUBSCRIBE. */
    record Unsubscribing(
            Connection connection, long invoked, long nanos, @Nullable Subscription subscription)
            implements Pending {}
}
