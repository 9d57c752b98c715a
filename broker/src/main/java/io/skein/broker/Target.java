package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one session gets of a topic: all of its subscriptions that match, taken together, so that a
 * message reaches it once and at the highest quality granted ([MQTT-3.3.4-2]). Immutable.
 */
final class Target {
    final Session session;
    final Grant forOthers;

    /** What applies to messages that the session's own client published. */
    final Grant forItself;

    /** The shared subscription this is a member of; null for the session's own. */
    final @Nullable TopicFilter share;

    private Target(Session session, @Nullable TopicFilter share, Grant forOthers, Grant forItself) {
        this.session = session;
        this.share = share;
        this.forOthers = forOthers;
        this.forItself = forItself;
    }

    /** The sum of several subscriptions. */
    static final class Grant {
        static final Grant NOTHING = new Grant(false, QoS.AT_MOST_ONCE, false, List.of());

        /** False where nothing is to be delivered. */
        final boolean any;

        /** The highest granted. */
        final QoS qos;

        /** Whether any of them wants the retain flag as it was published. */
        final boolean retainAsPublished;

        /** Of all that have one ([MQTT-3.3.4-3]). */
        final List<Integer> subscriptionIdentifiers;

        private Grant(
                boolean any,
                QoS qos,
                boolean retainAsPublished,
                List<Integer> subscriptionIdentifiers) {
            this.any = any;
            this.qos = qos;
            this.retainAsPublished = retainAsPublished;
            this.subscriptionIdentifiers = subscriptionIdentifiers;
        }

        Grant and(LocalSubscription more) {
            List<Integer> identifiers = subscriptionIdentifiers;
            if (more.subscriptionIdentifier() != 0) {
                identifiers = new ArrayList<>(identifiers);
                identifiers.add(more.subscriptionIdentifier());
            }
            QoS other = more.subscription().maximumQos();
            return new Grant(
                    true,
                    other.value() > qos.value() ? other : qos,
                    retainAsPublished || more.subscription().retainAsPublished(),
                    identifiers);
        }
    }

    static Target of(LocalSubscription only) {
        TopicFilter filter = only.subscription().filter();
        TopicFilter share = filter.isShared() ? filter : null;
        return new Target(only.session(), share, Grant.NOTHING, Grant.NOTHING).and(only);
    }

    Target and(LocalSubscription more) {
        Grant all = forOthers.and(more);
        boolean alike = forOthers == forItself && !more.subscription().noLocal();
        Grant own = alike ? all : more.subscription().noLocal() ? forItself : forItself.and(more);
        return new Target(session, share, all, own); // [MQTT-3.8.3-3] No Local
    }

    Grant grantFor(Message message) {
        return forOthers == forItself || !message.publisherId().equals(session.clientId)
                ? forOthers
                : forItself;
    }
}
