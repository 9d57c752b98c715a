package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what other nodes send for sessions of this one: hands it to the broker, keeps it for a
 * session that is on its way here, sends it after one that has left. While a session is being let
 * go of, messages it would match wait, so that they are either queued for it before, or sent after
 * it, and never both or neither. Lives on the loop.
 */
final class Deliveries {
    /** How long a session that was adopted stays here at most although another node claims it. */
    private static final long AWAITING_SECONDS = 10;

    /** How long what was on its way before this node was cut off may come again. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What has to be known of the sessions of this node. */
    interface Sessions {
        /** The plain filters of a session owned under this epoch or an earlier one, or null. */
        @Nullable List<TopicFilter> filters(String clientId, long epoch);

        /** The groups of which such a session is a member. */
        List<TopicFilter> groups(String clientId, long epoch);

        boolean owns(String clientId);

        /** Under which epoch this node owns the session; 0 if it does not. */
        long epoch(String clientId);

        /** The sessions of this node that have had the message; none where they are not kept. */
        List<String> having(Origin origin);

        /** The same of one session. */
        boolean has(String clientId, Origin origin);

        /** The broker is given the message for that session, and keeps it in a moment. */
        void note(String clientId, Origin origin);

        /**
         * The session has had a message of this node's clients, that of this epoch, and its next
         * owner is to know.
         */
        void had(String clientId, long epoch, Origin origin);

        /** Whether a session of this node, or one of which a copy is here, has had the message. */
        boolean isKnown(Origin origin);

        /** The kept sessions of this node with a plain filter for the topic. */
        List<String> wanting(TopicName topic);

        /** Its next owner has asked for it. */
        void leaving(String clientId);

        /** No change is accepted any more; complete when the entry is not being written. */
        CompletableFuture<?> release(String clientId, long epoch);

        /** Sends what a released session holds. */
        void handOver(String clientId, long epoch, Peer to);
    }

    private final Post post;
    private final LocalBroker broker;
    private final Arrivals arrivals;
    private final Leaves leaves;
    private final LeavingMembers leavingMembers;
    private final Departures departures;
    private final Outstanding outstanding;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<TopicName, Integer> waitingTopics = new HashMap<>();
    private Flight flight = new Flight();

    /** What subscribers of this node have been given of what may be published again. */
    private Marks served = new Marks();

    /** When that was forgotten last, and whether it was, lately. */
    private long forgottenNanos;

    private boolean forgotten;

    private @Nullable Sessions sessions;

    /** A message that waits until some sessions are released. */
    private record Waiting(
            Peer from,
            Frames.Parcel parcel,
            Set<Leaves.Leave> until,
            List<Leaves.Leave> after,
            List<String> awaiting,
            CompletableFuture<?> landed,
            Completion done) {
        boolean mayGo() {
            return landed.isDone() && until.stream().allMatch(Leaves.Leave::isReleased);
        }

        /**
         * A session comes while it waits: it had it where it was, or gets it after those that were
         * published before.
         */
        void isFollowedBy(String clientId) {
            if (parcel.everyone() && !parcel.sessions().contains(clientId)) {
                awaiting.add(clientId);
            }
        }

        /** A session leaves while it waits: it came before whatever is diverted. */
        void passes(Leaves.Leave leave) {
            if (parcel.everyone() && leave.wants(parcel.message().topic())) {
                until.add(leave);
                after.add(leave);
                leave.awaits();
            } else if (parcel.sessions().contains(leave.clientId())) {
                until.add(leave);
            }
        }

        /** Whether it is sent after this session anyway. */
        boolean follows(String clientId) {
            return after.stream().anyMatch(leave -> leave.clientId().equals(clientId));
        }
    }

    /** What the broker was given in some time and has not completed. */
    private static final class Flight {
        /** One more while others may be added. */
        final AtomicInteger open = new AtomicInteger(1);

        final CompletableFuture<Void> landed = new CompletableFuture<>();

        void complete() {
            if (open.decrementAndGet() == 0) {
                landed.complete(null);
            }
        }
    }

    Deliveries(
            Post post,
            LocalBroker broker,
            Arrivals arrivals,
            Leaves leaves,
            LeavingMembers leavingMembers,
            Departures departures,
            Outstanding outstanding) {
        this.post = post;
        this.broker = broker;
        this.arrivals = arrivals;
        this.leaves = leaves;
        this.leavingMembers = leavingMembers;
        this.departures = departures;
        this.outstanding = outstanding;
    }

    void connect(Sessions owned) {
        sessions = owned;
    }

    /** A session is this node's from now on. */
    void came(String clientId) {
        waiting.forEach(one -> one.isFollowedBy(clientId));
    }

    /** A message for all subscribers here. */
    void published(Peer from, Message message, Completion done) {
        if (leaves.isEmpty() && waiting.isEmpty() && !mayHaveCome(from, message)) {
            served(message);
            deliver(message, true, List.of(), List.of(), departures.awaiting(from, message), done);
        } else {
            parcel(from, new Frames.Parcel(message, true, false, List.of(), List.of()), done);
        }
    }

    /** A message for subscribers here, and for sessions that may be elsewhere by now. */
    void parcel(Peer from, Frames.Parcel parcel, Completion done) {
        Message message = parcel.message();
        List<Leaves.Leave> after = new ArrayList<>();
        Set<Leaves.Leave> until = new LinkedHashSet<>();
        if (parcel.everyone()) {
            for (Leaves.Leave leave : leaves.matching(message.topic())) {
                if (!leave.isReleased()) {
                    until.add(leave);
                }
                if (!leave.isDiverted(from)) {
                    after.add(leave);
                    leave.awaits();
                }
            }
        }
        List<String> expected = new ArrayList<>();
        for (String session : parcel.sessions()) {
            Leaves.Leave leave = leaves.of(session);
            if (isOnItsWay(session)) {
                if (leave == null || !after.contains(leave)) {
                    expected.add(session);
                }
            } else if (leave != null && !leave.isReleased()) {
                until.add(leave);
            }
        }
        List<String> awaiting = new ArrayList<>();
        if (parcel.everyone()) {
            awaiting.addAll(departures.awaiting(from, message));
        }
        if (!expected.isEmpty()) {
            Outcome outcome = new Outcome(post, done);
            // At once: the word of its owner before, that it has sent everything, is behind this.
            expected.forEach(session -> mailInTurn(from, session, message, outcome.part()));
            awaiting.addAll(expected);
            later(from, parcel.without(expected), until, after, awaiting, outcome);
        } else {
            later(from, parcel, until, after, awaiting, done);
        }
    }

    /** Hands it over when the sessions are released that it has to wait for. */
    private void later(
            Peer from,
            Frames.Parcel parcel,
            Set<Leaves.Leave> until,
            List<Leaves.Leave> after,
            List<String> awaiting,
            Completion done) {
        Message message = parcel.message();
        // Who has had it is known when the broker has dealt with everything before.
        CompletableFuture<?> landed =
                parcel.everyone() && (parcel.again() || mayHaveCome(from, message))
                        ? landed()
                        : CompletableFuture.completedFuture(null);
        Waiting one = new Waiting(from, parcel, until, after, awaiting, landed, done);
        boolean mustWait = !one.mayGo() || waitingTopics.containsKey(message.topic());
        if (mustWait && message.qos() != QoS.AT_MOST_ONCE) {
            waiting.add(one);
            waitingTopics.merge(message.topic(), 1, Integer::sum);
            landed.thenRunAsync(this::handOverWaiting, post.loop());
        } else {
            handOver(one);
        }
    }

    private void handOver(Waiting one) {
        Frames.Parcel parcel = one.parcel;
        Outcome outcome = new Outcome(post, one.done);
        for (Leaves.Leave leave : one.after) {
            leaves.passOnAwaited(leave, parcel.message(), outcome.more());
        }
        boolean everyone = parcel.everyone();
        boolean mayHaveCome =
                everyone && (parcel.again() || mayHaveCome(one.from, parcel.message()));
        List<String> here = new ArrayList<>();
        List<String> later = new ArrayList<>(one.awaiting);
        for (String session : parcel.sessions()) {
            if (one.follows(session)) {
                continue;
            }
            if (isHere(session) && !departures.isAwaiting(session)) {
                if (mayHaveCome || note(session, parcel.message())) {
                    here.add(session);
                }
            } else {
                later.add(session);
                mailInTurn(one.from, session, parcel.message(), outcome.part());
            }
        }
        if (mayHaveCome) {
            everyone = passOver(parcel.message(), here, later);
        }
        if (everyone) {
            served(parcel.message());
        }
        if (everyone || !parcel.shares().isEmpty() || !here.isEmpty()) {
            deliver(
                    parcel.message(),
                    everyone,
                    parcel.shares(),
                    here,
                    later,
                    parcel.shares().isEmpty()
                            ? outcome.part()
                            : servedGroup(parcel.message(), outcome.part()));
        }
        outcome.complete(null);
    }

    // What may be published again.

    /** Clients of this node have published a message, and its broker has served who is here. */
    void servedByBroker(Origin origin, ServedHere servedHere) {
        served.note(origin);
        servedHere.groups().forEach(group -> served.note(origin.forGroup(group)));
    }

    /** Sessions that had been served are lost to this node: what they have had is with others. */
    void forgetServed() {
        served = new Marks();
        forgottenNanos = System.nanoTime();
        forgotten = true;
    }

    /** What comes may have come before, to sessions that know that themselves. */
    private boolean hasForgotten() {
        forgotten = forgotten && System.nanoTime() - forgottenNanos < FORGOTTEN_NANOS;
        return forgotten;
    }

    private void served(Message message) {
        if (message.qos() == QoS.EXACTLY_ONCE) {
            served.note(message);
        }
    }

    private Completion servedGroup(Message message, Completion done) {
        return refusal -> {
            if (refusal == null) {
                post.loop().execute(() -> served(message));
            }
            done.complete(refusal);
        };
    }

    /** Whether subscribers of this node may have had a message from elsewhere. */
    private boolean mayHaveCome(Peer from, Message message) {
        Origin origin = message.origin();
        return origin != null
                && message.qos() == QoS.EXACTLY_ONCE
                && (!isOf(origin, from) || served.cover(origin) || hasForgotten());
    }

    /**
     * A message may have come before: whoever has had it is passed over.
     *
     * @param here who gets it by name
     * @param later who does not get it as one of all
     * @return whether all others get it
     */
    private boolean passOver(Message message, List<String> here, List<String> later) {
        Origin origin = message.origin();
        Sessions owned = sessions;
        if (origin == null || owned == null) {
            return true;
        }
        boolean others = !served.cover(origin);
        List<String> having = owned.having(origin);
        here.removeAll(having);
        here.forEach(session -> owned.note(session, origin));
        for (String session : owned.wanting(message.topic())) {
            if (isHere(session)
                    && !having.contains(session)
                    && !later.contains(session)
                    && !here.contains(session)) {
                owned.note(session, origin);
                if (!others) {
                    here.add(session);
                }
            }
        }
        later.addAll(having);
        return others;
    }

    /** Another node asks whether somebody here has had a message for a group. */
    void inquired(Origin origin, Completion done) {
        landed().thenRunAsync(
                        () -> {
                            boolean had =
                                    served.cover(origin)
                                            || departures.hadThere(origin)
                                            || (sessions != null && sessions.isKnown(origin));
                            done.complete(
                                    had
                                            ? null
                                            : new Refusal(
                                                    ReasonCode.NO_MATCHING_SUBSCRIBERS,
                                                    "nobody here has had it"));
                        },
                        post.loop());
    }

    /**
     * A client of this node published for a session that has come here: the broker may have found
     * it by itself. It may be sent to the session by another way as well, under this number.
     */
    void ownMail(
            String clientId, Dispatch.Publication publication, Origin origin, Completion done) {
        if (publication.servedHere().reaches(clientId)) {
            done.complete(null);
        } else {
            mail(post.self(), clientId, publication.message().from(origin), done);
        }
    }

    /**
     * The same, after what its sender has kept for the session while that had no owner. What it has
     * passed on, of messages of others, is older than what those have kept.
     */
    private void mailInTurn(Peer from, String clientId, Message message, Completion done) {
        Origin origin = message.origin();
        boolean passedOn = origin != null && !isOf(origin, from);
        if (departures.isAwaiting(clientId, from) && !passedOn) {
            departures.whenSent(from, () -> mailOnce(from, clientId, message, done));
        } else {
            mailOnce(from, clientId, message, done);
        }
    }

    private static boolean isOf(Origin origin, Peer peer) {
        return origin.life() == peer.incarnation() && origin.node().equals(peer.node());
    }

    private void mailOnce(Peer from, String clientId, Message message, Completion done) {
        if (departures.takes(clientId, message)) {
            mail(from, clientId, message, done);
        } else {
            done.complete(null);
        }
    }

    /** A message for one session, wherever it is by now. */
    void mail(Peer from, String clientId, Message message, Completion done) {
        Leaves.Leave leave = leaves.of(clientId);
        if (isOnItsWay(clientId)) {
            arrivals.keep(from, clientId, message, done);
        } else if (leave != null) {
            leaves.passOn(leave, message, done);
        } else if (isHere(clientId) && note(clientId, message)) {
            deliver(message, false, List.of(), List.of(clientId), List.of(), done);
        } else {
            done.complete(null); // it ended, or has had it
        }
    }

    /** Notes what a session is about to get; false if it has had that. */
    private boolean note(String clientId, Message message) {
        Origin origin = message.origin();
        if (origin == null || sessions == null) {
            return true;
        }
        if (sessions.has(clientId, origin)) {
            return false;
        }
        sessions.note(clientId, origin);
        return true;
    }

    /** Under which epoch this node owns a session; 0 if it does not. */
    long epoch(String clientId) {
        return sessions == null ? 0 : sessions.epoch(clientId);
    }

    private boolean isHere(String clientId) {
        return sessions != null
                && sessions.owns(clientId)
                && !isOnItsWay(clientId)
                && leaves.of(clientId) == null;
    }

    /** Whether the broker does not have it yet. */
    private boolean isOnItsWay(String clientId) {
        return arrivals.isExpected(clientId) && !isAskedOfThisNode(clientId);
    }

    /** Whether this node, that has it, adopts it from another, which died before it had asked. */
    private boolean isAskedOfThisNode(String clientId) {
        return sessions != null
                && sessions.owns(clientId)
                && leaves.of(clientId) == null
                && arrivals.expected(clientId, sessions.epoch(clientId)) == null;
    }

    private void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> named,
            List<String> later,
            Completion done) {
        Flight current = flight;
        current.open.incrementAndGet();
        broker.deliver(
                message,
                everyone,
                shares,
                named,
                later,
                refusal -> {
                    current.complete();
                    done.complete(refusal);
                });
    }

    /** Complete when the broker has completed everything it was given before. */
    CompletableFuture<Void> landed() {
        Flight former = flight;
        flight = new Flight();
        former.complete();
        return former.landed;
    }

    /** The broker was given a session: its mail follows. */
    void arrived(String clientId, long epoch) {
        List<Arrivals.Mail> mail = arrivals.arrived(clientId);
        leaves.end(clientId, epoch);
        for (Arrivals.Mail one : mail) {
            mailInTurn(one.from(), clientId, one.message(), one.done());
        }
    }

    /**
     * Another node has claimed a session that was this node's. One that was adopted stays until all
     * members have sent it what they had for the node that died, so that nothing passes that by.
     */
    void relinquish(Peer claimant, Frames.Claimed claimed) {
        boolean isHere = filters(claimed) != null;
        if (isHere) {
            tellHeld(claimant, claimed);
        }
        if (!isHere || !departures.isAwaiting(claimed.clientId())) {
            relinquishNow(claimant, claimed);
            return;
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        departures.whenOver(() -> over.complete(null));
        over.completeOnTimeout(null, AWAITING_SECONDS, TimeUnit.SECONDS)
                .thenRunAsync(() -> relinquishNow(claimant, claimed), post.loop());
    }

    private @Nullable List<TopicFilter> filters(Frames.Claimed claimed) {
        Sessions owned = sessions;
        return owned == null ? null : owned.filters(claimed.clientId(), claimed.formerEpoch());
    }

    /** Before it has let go: those who adopt need not wait for a session that comes from here. */
    private void tellHeld(Peer claimant, Frames.Claimed claimed) {
        Frames.Mark mark = new Frames.Mark(claimed.clientId(), claimed.epoch());
        post.tell(claimant, Frames.HELD, mark.encoded());
    }

    private void relinquishNow(Peer claimant, Frames.Claimed claimed) {
        if (departures.isBuried(claimant)) {
            return; // it has died while it waited: who follows it asks as well, if anybody does
        }
        Arrivals.Arrival arrival = arrivals.expected(claimed.clientId(), claimed.formerEpoch());
        if (arrival != null) {
            arrival.fromLiving().thenRun(() -> tellHeld(claimant, claimed));
            arrival.over().thenRun(() -> relinquish(claimant, claimed));
            return;
        }
        Sessions owned = sessions;
        List<TopicFilter> filters = filters(claimed);
        if (owned == null || filters == null) {
            if (owned != null && !claimed.discard()) { // let go of already, for one that has died
                owned.handOver(claimed.clientId(), claimed.formerEpoch(), claimant);
            }
            leaves.tellLetGo(
                    claimant, new Frames.LetGo(claimed.clientId(), claimed.epoch(), false));
            return;
        }
        List<TopicFilter> moving = claimed.discard() ? List.of() : filters;
        if (!claimed.discard()) {
            leavingMembers.begin(
                    claimed, claimant, owned.groups(claimed.clientId(), claimed.formerEpoch()));
        }
        owned.leaving(claimed.clientId());
        post.doHandedOver(); // what was published before counts on the session to be here
        Leaves.Leave leave = leaves.begin(claimant, claimed, moving);
        for (Origin origin : outstanding.had(claimed.clientId(), leave::wants)) {
            owned.had(claimed.clientId(), claimed.formerEpoch(), origin);
        }
        for (Waiting one : waiting) {
            one.passes(leave);
        }
        if (claimed.will() != null) {
            broker.numberWill(claimed.clientId(), claimed.formerEpoch(), claimed.will());
        }
        CompletableFuture<Void> nothingUnderWay =
                moving.isEmpty() ? CompletableFuture.completedFuture(null) : landed();
        nothingUnderWay.whenCompleteAsync(
                (nothing, error) ->
                        leaves.release(
                                leave, claimed.formerEpoch(), owned, leaf -> handOverWaiting()),
                post.loop());
    }

    private void handOverWaiting() {
        while (!waiting.isEmpty() && waiting.getFirst().mayGo()) {
            Waiting one = waiting.removeFirst();
            waitingTopics.computeIfPresent(
                    one.parcel.message().topic(), (topic, count) -> count == 1 ? null : count - 1);
            handOver(one);
        }
    }
}
