package io.skein.lab.check;

import org.jspecify.annotations.Nullable;

/**
 * Messages that were acknowledged and did not come. One is owed to a subscription that was granted
 * QoS 1 or 2 before the message was sent, and holds until the end; or until a later message of the
 * same stream came, which shows that the earlier one was passed over; or until the session was gone
 * that should not be.
 */
final class LossCheck {
    private final RunState run;

    LossCheck(RunState run) {
        this.run = run;
    }

    /** A subscription ends or may end: what came last tells what should have come before. */
    void passedOver(Subscription subscription) {
        if (!subscription.isCertain() || subscription.isShared()) {
            return;
        }
        subscription
                .session()
                .receptions()
                .forEach((stream, reception) -> {
                    if (subscription.matches(stream)) {
                        passedOver(subscription, stream, reception);
                    }
                });
    }

    private void passedOver(Subscription subscription, MessageStream stream, Reception reception) {
        int from = stream.firstAfter(subscription.certainSince());
        for (int sequence = from; sequence < stream.size(); sequence++) {
            if (!isOwed(subscription, stream, sequence)) {
                continue;
            }
            long later = reception.highest(stream.qos(sequence));
            if (sequence < later && stream.isOrdered(sequence, later)) {
                judge(subscription, stream, sequence, reception);
            }
        }
    }

    /** A session was gone at this CONNECT, and should not have been. */
    void forgotten(Subscription subscription, Connection connection) {
        if (!subscription.isCertain() || subscription.isShared()) {
            return;
        }
        for (MessageStream stream : run.streamsMatching(subscription.filter())) {
            int from = stream.firstAfter(subscription.certainSince());
            for (int sequence = from; sequence < stream.size(); sequence++) {
                if (stream.acknowledged(sequence) < connection.invoked()
                        && isOwed(subscription, stream, sequence)) {
                    judge(subscription, stream, sequence, receptionOf(subscription, stream));
                }
            }
        }
    }

    /**
     * The drain ends with a subscription in force.
     *
     * @param read whether its client is there
     */
    void remained(Subscription subscription, boolean read) {
        if (!subscription.isCertain() || subscription.isShared()) {
            return;
        }
        if (!read) {
            passedOver(subscription);
        }
        long unread = 0;
        for (MessageStream stream : run.streamsMatching(subscription.filter())) {
            Reception reception = receptionOf(subscription, stream);
            int from = stream.firstAfter(subscription.certainSince());
            for (int sequence = from; sequence < stream.size(); sequence++) {
                if (isOwed(subscription, stream, sequence)) {
                    if (read) {
                        judge(subscription, stream, sequence, reception);
                    } else if (reception == null || !reception.came(sequence)) {
                        unread++;
                    }
                }
            }
        }
        run.findings()
                .unknown(
                        promiseTo(subscription).promise(),
                        "messages for clients that were not there at the end",
                        unread);
    }

    private static @Nullable Reception receptionOf(
            Subscription subscription, MessageStream stream) {
        return subscription.session().reception(stream);
    }

    private boolean isOwed(Subscription subscription, MessageStream stream, int sequence) {
        return stream.isOwed(sequence)
                && !(subscription.noLocal()
                        && run.isPublishedBy(stream, sequence, subscription.session().client()));
    }

    private void judge(
            Subscription subscription,
            MessageStream stream,
            int sequence,
            @Nullable Reception reception) {
        Anomaly anomaly = promiseTo(subscription);
        run.findings().checked(anomaly.promise());
        if (reception == null || !reception.came(sequence)) {
            Client client = subscription.session().client();
            run.findings()
                    .add(
                            anomaly,
                            stream.invokedNanos(sequence),
                            () ->
                                    "%s on %s (QoS %d) never came to %s, subscribed to %s"
                                            .formatted(
                                                    stream.id(sequence),
                                                    stream.topic(),
                                                    stream.qos(sequence).value(),
                                                    client.id(),
                                                    subscription.filter()),
                            () ->
                                    Evidence.of(
                                            stream, sequence, client, subscription.certainSince()));
        }
    }

    private static Anomaly promiseTo(Subscription subscription) {
        return subscription.session().isPersistent() ? Anomaly.LOST_PERSISTENT : Anomaly.LOST_LIVE;
    }
}
