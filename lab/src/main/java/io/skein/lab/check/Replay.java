package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.check.Pending.Connecting;
import io.skein.lab.check.Pending.Publishing;
import io.skein.lab.check.Pending.Subscribing;
import io.skein.lab.check.Pending.Unsubscribing;
import io.skein.lab.history.Entry;
import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Disconnect;
import io.skein.lab.history.Event.Failed;
import io.skein.lab.history.Event.FaultBegun;
import io.skein.lab.history.Event.FaultEnded;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Reached;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.Event.Start;
import io.skein.lab.history.Event.Subscribe;
import io.skein.lab.history.Event.Subscribed;
import io.skein.lab.history.Event.Unknown;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.Phase;
import io.skein.mqtt.ReasonCode;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Goes through a record once, event by event, and judges. */
final class Replay {
    private static final Set<Integer> LIMITS =
            Stream.of(
                            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                            ReasonCode.PACKET_TOO_LARGE,
                            ReasonCode.MESSAGE_RATE_TOO_HIGH,
                            ReasonCode.QUOTA_EXCEEDED,
                            ReasonCode.CONNECTION_RATE_EXCEEDED)
                    .map(ReasonCode::value)
                    .collect(Collectors.toUnmodifiableSet());

    private final RunState run;
    private final LossCheck losses;
    private final SharedCheck shared;
    private final Availability availability = new Availability();
    private final Timeline timeline = new Timeline();
    private final ConnectionEvents connections;
    private final PublishEvents publishes;
    private final SubscribeEvents subscribes;
    private final DeliveryEvents deliveries;
    private @Nullable Start start;
    private long nanos;

    Replay(long messagesLimit) {
        run = new RunState(messagesLimit);
        losses = new LossCheck(run);
        shared = new SharedCheck(run);
        OwnerCheck owners = new OwnerCheck(run);
        Service service = new Service(owners, availability);
        connections = new ConnectionEvents(run, owners, losses, availability);
        publishes = new PublishEvents(run, service, timeline);
        subscribes = new SubscribeEvents(run, losses, service);
        deliveries = new DeliveryEvents(run, service, shared, timeline);
    }

    void apply(Entry entry) throws HistoryException, RecordTooLargeException {
        long index = entry.index();
        nanos = entry.nanos();
        run.counts().add(Count.EVENTS);
        switch (entry.event()) {
            case Start e -> start = e;
            case Connect e -> connections.connect(e, index, nanos);
            case Connected e -> connections.connected(e, index, nanos);
            case Disconnect e -> connections.disconnect(e, index, nanos);
            case Closed e -> {
                told(e.reason());
                connections.closed(e, index, nanos);
            }
            case Publish e -> publishes.publish(e, index, nanos);
            case Published e -> publishes.published(e, index, nanos);
            case Subscribe e -> subscribes.subscribe(e, index, nanos);
            case Subscribed e -> subscribes.subscribed(e, index, nanos);
            case Unsubscribe e -> subscribes.unsubscribe(e, index, nanos);
            case Unsubscribed e -> subscribes.unsubscribed(e, index, nanos);
            case Received e -> deliveries.received(e, index, nanos);
            case Acknowledged e -> deliveries.acknowledged(e, index, nanos);
            case Failed e -> {
                told(e.reason());
                failed(run.end(e.op(), index, Pending.class), index);
            }
            case Unknown e -> unknown(run.end(e.op(), index, Pending.class), index);
            case FaultBegun e -> {
                run.faults().begun(e, nanos);
                run.counts().add(Count.FAULTS);
            }
            case FaultEnded e -> run.faults().ended(e, nanos);
            case Reached e -> reached(e.phase());
        }
    }

    private void reached(Phase phase) {
        boolean first = !run.hasReached(phase);
        run.reached(phase, nanos);
        if (first && phase == Phase.DRAIN_END) {
            drained();
        }
    }

    /** A broker that refuses or ends something because of a limit has a code for it. */
    private void told(int reason) {
        if (LIMITS.contains(reason)) {
            run.counts().add(Count.LIMITS_TOLD);
        }
    }

    private void failed(Pending operation, long index) {
        switch (operation) {
            case Connecting _ -> connections.failed();
            case Publishing _ -> publishes.failed();
            case Subscribing subscribing -> subscribes.failed(subscribing, index);
            case Unsubscribing _ -> {}
        }
    }

    private void unknown(Pending operation, long index) {
        switch (operation) {
            case Connecting connecting -> connections.unknown(connecting, index);
            case Publishing _ -> publishes.unknown();
            case Subscribing _, Unsubscribing _ -> {}
        }
    }

    /** The drain ends: what is owed has come, or does not come any more. */
    private void drained() {
        for (Pending operation : run.pending()) {
            if (operation instanceof Connecting connecting) {
                connections.haunts(connecting, connecting.invoked());
            }
        }
        for (Session session : run.sessions()) {
            session.subscriptions().forEach(each -> losses.remained(each, session.isConnected()));
        }
        shared.end(nanos);
        new RetainedCheck(run).end();
        new WillCheck(run, nanos).end();
        availability.end(run, nanos);
        run.sessions().forEach(session -> session.subscriptions().forEach(Subscription::doubted));
    }

    /** The record ends here. */
    void end() {
        if (!run.hasReached(Phase.DRAIN_END)) {
            for (Session session : run.sessions()) {
                session.subscriptions().forEach(losses::passedOver);
            }
            availability.end(run, nanos);
        }
        run.faults().end(nanos);
        timeline.advance(nanos);
        run.counts().set(Count.CLIENTS, run.clients().size());
    }

    RunState run() {
        return run;
    }

    Availability availability() {
        return availability;
    }

    Timeline timeline() {
        return timeline;
    }

    /** The first event, if it says what was run. */
    @Nullable Start start() {
        return start;
    }

    /** The time of the last event, in nanoseconds. */
    long nanos() {
        return nanos;
    }
}
