package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions of this node, each fed from its inbox. Lives on the loop. */
final class OwnedSessions {
    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final Intake intake;
    private final LocalBroker broker;
    private final Map<String, OwnedSession> owned = new HashMap<>();
    private Consumer<OwnedSession> afterLoss = _ -> {};
    private final SessionWriter writer;
    private Map<OwnedSession, List<Long>> passedBy = new LinkedHashMap<>();

    OwnedSessions(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            Intake intake,
            LocalBroker broker,
            Function<OwnedSessions, SessionWriter> writer) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.intake = intake;
        this.broker = broker;
        this.writer = writer.apply(this);
    }

    SessionWriter writer() {
        return writer;
    }

    @Nullable OwnedSession get(String clientId) {
        return owned.get(clientId);
    }

    /** The session under this epoch, or null. */
    @Nullable OwnedSession get(String clientId, long epoch) {
        OwnedSession session = owned.get(clientId);
        return session == null || session.epoch != epoch ? null : session;
    }

    List<OwnedSession> all() {
        return List.copyOf(owned.values());
    }

    /**
     * Owns a session from now on.
     *
     * @param kept whether it is fed from its inbox
     * @param lastNumber of its inbox
     */
    OwnedSession own(
            String clientId, long epoch, boolean kept, List<String> routed, long lastNumber) {
        OwnedSession session = new OwnedSession(clientId, epoch);
        session.routed.addAll(routed);
        if (kept) {
            session.inbox =
                    new Inbox(
                            redis,
                            loop,
                            names,
                            Names.session(clientId),
                            intake,
                            lastNumber,
                            (number, frame) -> give(session, number, frame));
        }
        OwnedSession before = owned.put(clientId, session);
        if (before != null) {
            before.leave();
        }
        return session;
    }

    /** Something was put into the inbox of a session. */
    void heard(String clientId, long number, byte[] frame) {
        OwnedSession session = owned.get(clientId);
        if (session != null && session.inbox != null && !session.isLeaving) {
            session.inbox.heard(number, frame);
        }
    }

    /** Something may have been missed. */
    void missed() {
        for (OwnedSession session : owned.values()) {
            if (session.inbox != null && !session.isLeaving) {
                session.inbox.read();
            }
        }
    }

    private void give(OwnedSession session, long number, byte[] frame) {
        if (!(Parcel.decoded(frame) instanceof Parcel.Mail mail)) {
            throw new IllegalStateException("no mail in the inbox of " + session.clientId);
        }
        Message message = mail.message();
        if (number == 0) {
            give(message, session.clientId, _ -> {});
            return;
        }
        InboxEntry entry = new InboxEntry(session, number);
        message.note(entry);
        give(message, session.clientId, refusal -> loop.execute(() -> given(entry, refusal)));
    }

    /** Gives a message to a session without keeping account of it. */
    void give(Message message, String clientId, Completion done) {
        broker.deliver(message, false, List.of(), List.of(clientId), List.of(), done);
    }

    private void given(InboxEntry entry, @Nullable Refusal refusal) {
        OwnedSession session = entry.session;
        Inbox inbox = session == null ? null : session.inbox;
        if (session == null
                || session.isLeaving
                || inbox == null
                || owned.get(session.clientId) != session) {
            return; // what it did not take waits for its next owner
        }
        if (refusal != null) {
            inbox.again(entry.number);
        } else if (entry.queued) {
            inbox.done(entry.number);
        } else {
            if (passedBy.isEmpty()) {
                loop.execute(this::takeOut);
            }
            passedBy.computeIfAbsent(session, _ -> new ArrayList<>()).add(entry.number);
        }
    }

    /** What was not for a queue is out of the way too. */
    private void takeOut() {
        Map<OwnedSession, List<Long>> out = passedBy;
        passedBy = new LinkedHashMap<>();
        out.forEach((session, numbers) ->
                writer.takeOut(session, numbers)
                        .whenCompleteAsync(
                                (_, failure) -> {
                                    Inbox inbox = session.inbox;
                                    if (inbox != null && failure == null) {
                                        numbers.forEach(inbox::done);
                                    }
                                },
                                loop));
    }

    /** The broker has let go of the session; another one may have taken its place here. */
    void left(OwnedSession session) {
        if (owned.remove(session.clientId, session)) {
            forget(session.clientId);
        }
    }

    /** The session is over. */
    void ended(OwnedSession session) {
        if (owned.remove(session.clientId, session)) {
            session.leave();
            forget(session.clientId);
        }
    }

    /** Another node has it by now: nobody asked this one, which was taken to be dead. */
    void lost(OwnedSession session) {
        if (!session.isLeaving && owned.remove(session.clientId, session)) {
            session.leave();
            forget(session.clientId);
            broker.forfeit(session.clientId, session.epoch)
                    .whenComplete((_, _) -> loop.execute(() -> afterLoss.accept(session)));
        }
    }

    /** What is to be done when the broker has let go of a session that was lost. */
    void whenLost(Consumer<OwnedSession> then) {
        afterLoss = then;
    }

    private void forget(String clientId) {
        redis.commands().srem(Args.bytes(names.owned(self)), Args.bytes(clientId));
    }
}
