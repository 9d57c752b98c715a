package io.skein.broker;

import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One SUBSCRIBE or UNSUBSCRIBE from its arrival to its answer (sections 3.8 to 3.11). */
final class Subscribing {
    private final Connection connection;
    private final Session session;
    private final Shard shard;

    /** Why the first of the filters that were refused was. */
    private String explanation = "";

    Subscribing(Connection connection, Session session) {
        this.connection = connection;
        this.session = session;
        this.shard = session.shard;
    }

    void subscribe(Subscribe packet) {
        List<Integer> identifiers = packet.properties().subscriptionIdentifiers();
        int identifier = identifiers.isEmpty() ? 0 : identifiers.getFirst();
        List<ReasonCode> reasons = new ArrayList<>();
        List<LocalSubscription> granted = new ArrayList<>();
        List<LocalSubscription> wantRetained = new ArrayList<>();
        List<CompletableFuture<Void>> known = new ArrayList<>();
        for (Subscription wanted : packet.subscriptions()) {
            Refusal objection = objection(wanted.filter());
            if (objection != null) {
                reasons.add(Reasons.forAcknowledgement(objection.reason()));
                explanation = explanation.isEmpty() ? objection.explanation() : explanation;
                continue;
            }
            LocalSubscription before = session.subscriptions.get(wanted.filter());
            LocalSubscription made = new LocalSubscription(session, wanted, identifier);
            shard.unkept.made(made, before);
            known.add(shard.broker.subscribe(made));
            reasons.add(ReasonCode.granted(wanted.maximumQos()));
            granted.add(made);
            if (wantsRetained(wanted, before == null)) {
                wantRetained.add(made);
            }
        }
        CompletableFuture.allOf(known.toArray(CompletableFuture[]::new))
                .whenComplete((nothing, error) -> {
                    Refusal refusal = error == null ? null : Admission.refusalOf(error);
                    shard.loop.execute(now ->
                            known(packet.packetId(), reasons, granted, wantRetained, refusal));
                });
    }

    private @Nullable Refusal objection(TopicFilter filter) {
        if (!connection.rules().maySubscribe(filter)) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "may not subscribe to " + filter);
        }
        Refusal notServing = shard.broker.notServing();
        if (notServing != null) {
            return notServing;
        }
        boolean more = !session.subscriptions.containsKey(filter);
        int most = shard.limits.subscriptionsMaximum();
        if (!more || session.subscriptions.size() < most) {
            return null;
        }
        shard.counters.subscriptionsRefused.increment();
        return new Refusal(
                ReasonCode.QUOTA_EXCEEDED, "a session may hold " + most + " subscriptions");
    }

    private static boolean wantsRetained(Subscription wanted, boolean isNew) {
        if (wanted.filter().isShared()) {
            return false; // section 4.8.2: none for shared subscriptions
        }
        return switch (wanted.retainHandling()) { // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]
            case SEND -> true;
            case SEND_IF_NEW -> isNew;
            case DO_NOT_SEND -> false;
        };
    }

    /** The cluster knows the filters, or some node does not: keep them, then answer. */
    private void known(
            int packetId,
            List<ReasonCode> reasons,
            List<LocalSubscription> granted,
            List<LocalSubscription> wantRetained,
            @Nullable Refusal refusal) {
        if (refusal != null) {
            granted.forEach(this::withdraw);
            answer(packetId, reasons, refusal);
            return;
        }
        if (session.keepsSubscriptions()) {
            for (LocalSubscription made : granted) {
                if (!made.equals(session.subscriptions.get(made.subscription().filter()))) {
                    continue; // it has ended meanwhile, or another has replaced it
                }
                shard.change(
                        new SessionChange.Subscribed(
                                session.clientId,
                                session.epoch,
                                made.subscription(),
                                made.subscriptionIdentifier()));
            }
        }
        shard.afterWrite(
                session,
                (notKept, now) -> {
                    if (notKept == null) {
                        granted.forEach(shard.unkept::kept);
                    } else {
                        granted.forEach(this::withdraw);
                    }
                    if (notKept != null && Reasons.isPassing(notKept) && shard.broker.isStoring()) {
                        // It may be kept all the same, where the client finds its session again.
                        connection.disconnect(notKept.reason(), notKept.explanation(), now);
                        return;
                    }
                    answer(packetId, reasons, notKept);
                    if (notKept == null) {
                        wantRetained.forEach(this::sendRetained);
                    }
                });
    }

    /** Refused: what there was before holds again. */
    private void withdraw(LocalSubscription made) {
        LocalSubscription current = session.subscriptions.get(made.subscription().filter());
        LocalSubscription before = shard.unkept.refused(made, current);
        if (session.ended || !made.equals(current)) {
            return;
        }
        if (before == null) {
            shard.broker.unsubscribe(made);
        } else {
            shard.broker.subscribe(before);
        }
    }

    private void answer(int packetId, List<ReasonCode> reasons, @Nullable Refusal refusal) {
        if (connection.isClosed()) {
            return;
        }
        List<ReasonCode> answers = reasons;
        if (refusal != null) {
            ReasonCode failure = Reasons.forAcknowledgement(refusal.reason());
            answers = reasons.stream().map(r -> r.isError() ? r : failure).toList();
        }
        Properties why = connection.explain(refusal == null ? explanation : refusal.explanation());
        connection.output().send(new SubAck(packetId, answers, why)); // [MQTT-3.8.4-1]
    }

    private void sendRetained(LocalSubscription made) {
        shard.broker
                .retained(made.subscription().filter())
                .whenComplete((messages, error) -> {
                    if (messages == null) {
                        return; // the store is gone: serving() tells everybody
                    }
                    shard.loop.execute(now ->
                            session.addRetained(
                                    new RetainedDelivery(session, made, messages), now));
                });
    }

    void unsubscribe(Unsubscribe packet) {
        List<ReasonCode> reasons = new ArrayList<>();
        List<TopicFilter> gone = new ArrayList<>();
        for (TopicFilter filter : packet.filters()) {
            LocalSubscription ended = session.subscriptions.get(filter);
            if (ended == null) {
                reasons.add(ReasonCode.NO_SUBSCRIPTION_EXISTED);
                continue;
            }
            shard.broker.unsubscribe(ended); // [MQTT-3.10.4-2] what is under way is still sent
            reasons.add(ReasonCode.SUCCESS);
            gone.add(filter);
        }
        answerWhenKept(new UnsubAck(packet.packetId(), reasons, Properties.EMPTY), gone);
    }

    private void answerWhenKept(UnsubAck answer, List<TopicFilter> gone) {
        if (session.keepsSubscriptions()) {
            for (TopicFilter filter : gone) {
                if (!session.subscriptions.containsKey(filter)) { // it may have come back meanwhile
                    shard.change(
                            new SessionChange.Unsubscribed(
                                    session.clientId, session.epoch, filter));
                }
            }
        }
        shard.afterWrite(
                session,
                (refusal, now) -> {
                    if (connection.isClosed()) {
                        return;
                    } else if (refusal != null) {
                        connection.notKept(refusal, () -> answerWhenKept(answer, gone), now);
                    } else {
                        connection.output().send(answer); // [MQTT-3.10.4-4]
                    }
                });
    }
}
