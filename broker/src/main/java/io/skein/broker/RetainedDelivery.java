package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.mqtt.packet.Subscription;
import java.util.Iterator;
import java.util.List;

/**
 * The retained messages a subscription gets (section 3.3.1.3): handed to the session as it takes
 * them, a page in a turn, so that neither a loop nor a queue has to hold all of them.
 */
final class RetainedDelivery {
    private static final int PAGE = 256;

    private final Session session;
    private final Subscription wanted;
    private final List<Integer> subscriptionIdentifiers;
    private final Iterator<Message> messages;

    RetainedDelivery(Session session, LocalSubscription made, Iterator<Message> messages) {
        this.session = session;
        this.wanted = made.subscription();
        this.subscriptionIdentifiers =
                made.subscriptionIdentifier() == 0
                        ? List.of()
                        : List.of(made.subscriptionIdentifier());
        this.messages = messages;
    }

    /** Hands over a page, or less where the session takes no more; whether all are handed over. */
    boolean goOn(long nowNanos) {
        if (!session.subscriptions.containsKey(wanted.filter())) { // [MQTT-3.10.4-2]
            return true;
        }
        for (int i = 0; i < PAGE && messages.hasNext() && session.takesRetained(nowNanos); i++) {
            Message message = messages.next();
            boolean own = wanted.noLocal() && message.publisherId().equals(session.clientId);
            if (!own && !message.isExpired(nowNanos)) {
                session.deliver( // [MQTT-3.3.1-8] sent with RETAIN 1
                        message,
                        message.qos().atMost(wanted.maximumQos()),
                        true,
                        subscriptionIdentifiers,
                        null,
                        null,
                        nowNanos);
            }
        }
        return !messages.hasNext();
    }
}
