package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when members die: their sessions are adopted by the survivors, and what was meant
 * for them in the meantime follows. In every round the members go through the same stages, each
 * entered when all members have completed the one before. Where a majority decides, a round begins
 * when all who are gone are buried: known to all, and for good, to be members no more. The stages:
 *
 * <ol>
 *   <li>{@link #NOTICED}: nothing is sent any more that counts on the dead; what was sent before
 *       has been handed to the brokers, for links keep order;
 *   <li>{@link #SWEPT}: the sessions that this node keeps first were adopted;
 *   <li>{@link #SWEPT_AGAIN}: and those it keeps at all, which others may have passed over while
 *       the grid moved them;
 *   <li>{@link #PASSED_ON}: what was on its way after a session to a dead node has reached that
 *       session, for its publishers may have sent more to the dead node themselves.
 * </ol>
 *
 * <p>After that the dead are forgotten and what was kept for their sessions is sent. Lives on the
 * loop.
 */
final class Departures {
    /** Adopts sessions of the dead. */
    interface Adoption {
        /** Makes known to all that the given nodes are gone for good; as long as the view lasts. */
        void bury(Set<Peer> dead, int view);

        /**
         * Adopts what the given nodes owned, of which some may have died long ago.
         *
         * @param everything what is kept here at all, not only what is kept here first
         * @param done called on the loop when all of it is done; never if the grid changes
         *     meanwhile
         */
        void sweep(Set<Peer> dead, int view, boolean everything, Runnable done);

        /** The client ids whose sessions are being adopted at this moment. From any thread. */
        Set<String> underWay();
    }

    /** Takes what is left of a dead node out of this node, and out of the grid. */
    interface Forgotten {
        void forgotten(Peer peer, Set<TopicFilter> filters);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private static final int NOTICED = 0;
    private static final int SWEPT = 1;
    private static final int SWEPT_AGAIN = 2;
    private static final int PASSED_ON = 3;
    private static final int STAGES = 4;

    /** What may be kept for the sake of one departure; beyond it is refused. */
    private static final long HELD_BYTES_LIMIT = 64L << 20;

    /** How long it is remembered whose sessions were adopted, for messages that come late. */
    private static final long HEIRS_SECONDS = 60;

    /** When it is said first that a departure takes long. */
    private static final long SLOW_SECONDS = 5;

    private static final int HELD_OVERHEAD_BYTES = 100;

    private final Post post;
    private final Membership membership;
    private final RoutingTable routing;
    private final boolean burying;
    private final Set<Peer> departing = new LinkedHashSet<>();
    private final List<Set<Peer>> reached = new ArrayList<>();
    private final Map<Long, Map<Integer, Set<Peer>>> early = new HashMap<>();
    private final Map<Peer, TopicTree<Heir>> heirs = new HashMap<>();
    private final Map<Peer, List<Marks>> inherited = new HashMap<>();

    /** Heirs of whom a member may have messages still. */
    private final Map<String, Heir> awaiting = new HashMap<>();

    /** Members that have messages for the heirs of others, and of whom. */
    private final Map<Peer, Set<Peer>> keeping = new HashMap<>();

    private final Map<Peer, List<Runnable>> whenSent = new HashMap<>();
    private final Deque<Lost> lost = new ArrayDeque<>();
    private final Deque<Held> held = new ArrayDeque<>();
    private final List<Runnable> whenNoticed = new ArrayList<>();
    private final List<Runnable> whenMet = new ArrayList<>();
    private final List<Runnable> whenOver = new ArrayList<>();
    private long heldBytes;
    private int stage = STAGES;

    /** What all members were told last, and in which round: one that comes is told it, too. */
    private int saidLast;

    private long saidInRound = -1;

    /** Why no message for a group may wait here: this node is cut off; null while it is not. */
    private @Nullable Refusal cutOff;

    /** Why nothing waits here any more: this life is over; null while it is not. */
    private @Nullable Refusal ended;

    private @Nullable Adoption adoption;
    private @Nullable Deliveries deliveries;
    private @Nullable Forgotten forgotten;

    /** A session that has come here, and what it has had of what may be sent to it again. */
    private record Heir(String clientId, Peer former, Marks had) {}

    /**
     * A message that a node had not answered when it died, or that it would have got.
     *
     * @param servedHere whom this node's broker has given it
     * @param only after whose session it was on its way; null for one that was for all
     */
    private record Lost(
            Peer departed,
            Message message,
            ServedHere servedHere,
            @Nullable String only,
            Completion done) {}

    /** A message for a group; sent when it is known who has the sessions of its members. */
    private record Held(Runnable send, Completion done) {}

    /**
     * No departures yet.
     *
     * @param burying whether a majority decides who is gone, and that for good
     */
    Departures(Post post, Membership membership, RoutingTable routing, boolean burying) {
        this.burying = burying;
        this.post = post;
        this.membership = membership;
        this.routing = routing;
    }

    void connect(Adoption sessions, Deliveries mail, Forgotten afterwards) {
        adoption = sessions;
        deliveries = mail;
        forgotten = afterwards;
    }

    Set<Peer> members() {
        return Set.copyOf(membership.members());
    }

    /** Whether this node is dead and its sessions may not all have been adopted. */
    boolean isDeparting(Peer peer) {
        return departing.contains(peer);
    }

    /** Whether others have gone on without this node. */
    boolean isBuried(Peer peer) {
        return membership.isBuried(peer);
    }

    /**
     * Sends a message when the sessions of the dead were adopted.
     *
     * @param length of the message in bytes
     * @param done told if it cannot be held, or will not be sent
     */
    void hold(int length, Runnable send, Completion done) {
        if (cutOff != null) {
            done.complete(cutOff);
            return;
        }
        if (mayHold(length, done)) {
            held.add(new Held(send, done));
        }
    }

    private boolean mayHold(int length, Completion done) {
        int bytes = length + HELD_OVERHEAD_BYTES;
        if (heldBytes + bytes > HELD_BYTES_LIMIT) {
            done.complete(
                    new Refusal(
                            ReasonCode.SERVER_BUSY,
                            "too many messages wait for the sessions of a lost node"));
            return false;
        }
        heldBytes += bytes;
        return true;
    }

    /**
     * A node died before it answered, or before it was sent the message: whoever adopts its
     * sessions gets it.
     *
     * @param servedHere whom this node's broker has given it
     */
    void lost(Peer departed, Message message, ServedHere servedHere, Completion done) {
        add(new Lost(departed, message, servedHere, null, done));
    }

    /** The same for a message that was sent after a session to its next owner. */
    void lostAfterSession(Peer departed, String clientId, Message message, Completion done) {
        add(new Lost(departed, message, ServedHere.NOBODY, clientId, done));
    }

    private void add(Lost one) {
        Refusal refusal = one.only() != null && cutOff != null ? cutOff : ended;
        if (refusal != null) {
            one.done().complete(refusal); // its client sends it again, to a node that serves
            return;
        }
        if (!mayHold(one.message().payload().length, one.done())) {
            return;
        }
        lost.add(one);
        if (!departing.contains(one.departed()) && !membership.members().contains(one.departed())) {
            post.loop().execute(this::sendLost); // it is over: the heirs are known
        }
    }

    /**
     * A session of a dead node has become this node's, and its broker is about to have it: what
     * members that know of the death send to this node is not for it until they have sent it what
     * they have {@linkplain #lost lost} with that node.
     */
    void inherit(Peer former, StoredSession session, Marks had) {
        inherited.computeIfAbsent(former, key -> new ArrayList<>()).add(had);
        TopicTree<Heir> tree = heirs.computeIfAbsent(former, key -> new TopicTree<>());
        Heir heir = new Heir(session.clientId(), former, had.copy());
        for (StoredSession.Entry entry : session.subscriptions()) {
            TopicFilter filter = entry.subscription().filter();
            if (!filter.isShared()) {
                tree.add(filter, heir);
            }
        }
        if (!isOver()) {
            awaiting.put(session.clientId(), heir);
        }
    }

    /** Whether a session that was adopted here may still be sent what was meant for its node. */
    boolean isAwaiting(String clientId) {
        return awaiting.containsKey(clientId);
    }

    /** Whether a member may still send a session what was meant for its node. */
    boolean isAwaiting(String clientId, Peer from) {
        Heir heir = awaiting.get(clientId);
        return heir != null && keeping.getOrDefault(from, Set.of()).contains(heir.former());
    }

    /** The sessions here that a message of a member is not for: it has kept it for them. */
    List<String> awaiting(Peer from, Message message) {
        if (awaiting.isEmpty() || message.qos() == QoS.AT_MOST_ONCE) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (Peer departed : keeping.getOrDefault(from, Set.of())) {
            TopicTree<Heir> tree = heirs.get(departed);
            if (tree != null) {
                tree.match(message.topic(), heir -> found.add(heir.clientId()));
            }
        }
        return found;
    }

    /** A message that was sent after a session is for it, unless it has had it by another way. */
    boolean takes(String clientId, Message message) {
        Heir heir = awaiting.get(clientId);
        return heir == null || takes(heir, message);
    }

    private static boolean takes(Heir heir, Message message) {
        if (heir.had().cover(message)) {
            return false;
        }
        heir.had().note(message);
        return true;
    }

    /** Does something when a member has sent all that it keeps for sessions of the dead. */
    void whenSent(Peer from, Runnable action) {
        whenSent.computeIfAbsent(from, key -> new ArrayList<>()).add(action);
    }

    /**
     * A member keeps messages for the sessions of these nodes; before this word it did for others.
     */
    void keeps(Peer from, Set<Peer> dead) {
        if (dead.isEmpty()) {
            sent(from);
        } else if (!departing.contains(from)) {
            keeping.put(from, dead);
        }
    }

    private void sent(Peer from) {
        keeping.remove(from);
        List<Runnable> waiting = whenSent.remove(from);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
        if (isOver()) {
            awaiting.clear();
            runAll(whenOver);
        }
    }

    /** Whether no member has anything for sessions of the dead. */
    private boolean isOver() {
        return departing.isEmpty() && keeping.isEmpty();
    }

    /**
     * A message for sessions that were a dead node's: who of them is here and has not had it. Those
     * of another node that died meanwhile may have been its before.
     *
     * @param only for whose session alone; null for all that want it
     */
    Set<String> heirs(Peer former, @Nullable String only, Message message) {
        Set<String> found = new LinkedHashSet<>();
        heirs.forEach((departed, tree) ->
                tree.match(
                        message.topic(),
                        heir -> {
                            boolean meant =
                                    departed.equals(former)
                                            || heir.equals(awaiting.get(heir.clientId()));
                            boolean wanted = only == null || only.equals(heir.clientId());
                            if (meant && wanted && takes(heir, message)) {
                                found.add(heir.clientId());
                            }
                        }));
        return found;
    }

    /** Whether a session that has come here from a dead node had had the message there. */
    boolean hadThere(Origin origin) {
        return inherited.values().stream()
                .anyMatch(sessions -> sessions.stream().anyMatch(had -> had.cover(origin)));
    }

    /** Whether sessions of the dead are being adopted. */
    boolean isUnderWay() {
        return !departing.isEmpty();
    }

    void departed(Peer peer) {
        departing.add(peer);
        heirs.remove(peer); // of an earlier time that it was taken to be dead
        inherited.remove(peer);
        sent(peer); // or will never
    }

    void joined(Peer peer) {
        if (departing.remove(peer)) { // it was cut off, and is back before anybody went on
            post.loop().execute(this::sendWhatWaits);
        }
        if (!departing.isEmpty()) {
            tellKept(Set.of(peer));
        }
        if (saidInRound == membership.round()) {
            for (int said = NOTICED; said <= saidLast; said++) {
                tellStage(Set.of(peer), said);
            }
        }
        check();
    }

    /**
     * Does something when the sessions of a node that died were adopted.
     *
     * @param length of the message that waits for it, in bytes
     * @param done told if it cannot wait
     */
    void whenAdopted(Peer departed, int length, Runnable action, Completion done) {
        if (cutOff != null || departing.contains(departed)) {
            hold(length, action, done);
        } else {
            post.loop().execute(action);
        }
    }

    /** How many of whom it is not certain yet that they are gone. */
    int underWay() {
        return departing.size();
    }

    /** Begins with the stages anew. */
    void roundBegan() {
        long round = membership.round();
        // One that has routes and has not said yet who it is may be there: on a node that starts
        // the one may come before the other.
        Set<Peer> gone = new HashSet<>(routing.nodes());
        gone.retainAll(membership.buried());
        gone.addAll(membership.known());
        gone.removeAll(membership.members());
        departing.addAll(gone);
        if (!departing.isEmpty()) {
            tellKept(membership.members());
        }
        reached.clear();
        for (int each = 0; each < STAGES; each++) {
            reached.add(new HashSet<>());
        }
        Map<Integer, Set<Peer>> before = early.remove(round);
        if (before != null) {
            before.forEach((each, peers) -> reached.get(each).addAll(peers));
        }
        early.keySet().removeIf(passed -> passed < round);
        stage = NOTICED;
        Set<Peer> unburied = new HashSet<>(burying ? departing : Set.of());
        unburied.removeIf(membership::isBuried);
        if (unburied.isEmpty() || adoption == null) {
            say(NOTICED);
        } else {
            adoption.bury(unburied, membership.view()); // another round begins with that
        }
        if (!departing.isEmpty()) {
            watch(round, SLOW_SECONDS);
        }
    }

    /** Says that it takes long after this time, and again whenever that has doubled. */
    private void watch(long round, long seconds) {
        long more = seconds == SLOW_SECONDS ? seconds : seconds / 2;
        CompletableFuture.delayedExecutor(more, TimeUnit.SECONDS, post.loop())
                .execute(() -> {
                    if (round == membership.round() && stage < STAGES && ended == null) {
                        Set<Peer> awaited = new HashSet<>(membership.members());
                        awaited.removeAll(reached.get(stage));
                        LOG.warn(
                                "Sessions of {} are not adopted after {} s, and messages wait for"
                                        + " them: at stage {} of {} {} are behind; being adopted"
                                        + " here: {}",
                                departing,
                                seconds,
                                stage,
                                STAGES,
                                awaited,
                                adoption == null ? Set.of() : adoption.underWay());
                        watch(round, 2 * seconds);
                    }
                });
    }

    private void say(int what) {
        saidInRound = membership.round();
        saidLast = what;
        tellStage(membership.members(), what);
    }

    private void tellKept(Set<Peer> peers) {
        post.tell(peers, Frames.KEPT, new Frames.Kept(departing).encoded());
    }

    private void tellStage(Set<Peer> peers, int what) {
        post.tell(peers, Frames.STAGE, new Frames.Stage(membership.round(), what).encoded());
    }

    void stageReached(Peer from, Frames.Stage said) {
        if (said.stage() < 0 || said.stage() >= STAGES) {
            return;
        }
        if (said.round() != membership.round()) {
            early.computeIfAbsent(said.round(), key -> new HashMap<>())
                    .computeIfAbsent(said.stage(), key -> new HashSet<>())
                    .add(from);
            return;
        }
        if (!reached.isEmpty()) {
            reached.get(said.stage()).add(from);
            check();
        }
    }

    private void check() {
        if (hasMetAll()) {
            runAll(whenMet);
        }
        while (stage < STAGES && reached.get(stage).containsAll(membership.members())) {
            int completed = stage++;
            switch (completed) {
                case NOTICED -> {
                    runAll(whenNoticed);
                    sweep(false, SWEPT);
                }
                case SWEPT -> sweep(true, SWEPT_AGAIN);
                case SWEPT_AGAIN -> passOn();
                default -> finish();
            }
        }
    }

    private void sweep(boolean everything, int then) {
        Set<Peer> dead = Set.copyOf(departing);
        long round = membership.round();
        if (dead.isEmpty() || adoption == null) {
            say(then);
            return;
        }
        // What is written for a node that does not know yet that it is buried may land later.
        Set<Peer> gone = new HashSet<>(membership.buried());
        gone.addAll(dead);
        adoption.sweep(
                gone,
                membership.view(),
                everything,
                () -> {
                    if (membership.round() == round) {
                        say(then);
                    }
                });
    }

    private void passOn() {
        long round = membership.round();
        List<Lost> waiting = new ArrayList<>();
        lost.removeIf(one -> one.only() != null && waiting.add(one));
        Outcome sent =
                new Outcome(
                        post,
                        refusal -> {
                            if (membership.round() == round) {
                                say(PASSED_ON);
                            }
                        });
        for (Lost one : waiting) {
            Outcome part = sent.more();
            send(
                    one,
                    refusal -> {
                        one.done().complete(refusal);
                        part.complete(null);
                    });
        }
        sent.complete(null);
    }

    private void finish() {
        if (departing.isEmpty()) {
            return;
        }
        LOG.info("Sessions of {} are adopted", departing);
        Set<Peer> dead = Set.copyOf(departing);
        departing.clear();
        for (Peer peer : dead) {
            if (forgotten != null) {
                forgotten.forgotten(peer, routing.filters(peer));
            }
            routing.remove(peer);
            membership.forget(peer);
        }
        sendWhatWaits();
        // Those of nodes that were buried long ago, and have got an entry since, go as well.
        Set<Peer> succeeded = new HashSet<>(inherited.keySet());
        succeeded.addAll(dead);
        CompletableFuture.delayedExecutor(HEIRS_SECONDS, TimeUnit.SECONDS, post.loop())
                .execute(() -> {
                    heirs.keySet().removeAll(succeeded);
                    inherited.keySet().removeAll(succeeded);
                });
    }

    private void sendWhatWaits() {
        sendLost();
        tellKept(membership.members());
        List<Held> waiting = List.copyOf(held);
        held.clear();
        if (lost.isEmpty()) {
            heldBytes = 0;
        }
        waiting.forEach(one -> one.send().run());
    }

    /** Whether every member counts this node among the members, and has said what moves. */
    private boolean hasMetAll() {
        return !reached.isEmpty() && reached.get(NOTICED).containsAll(membership.members());
    }

    /**
     * Does something when all members have told this node which sessions are on their way: what its
     * clients publish before might pass one of them by. Now, if that is so.
     */
    void whenMet(Runnable action) {
        if (hasMetAll()) {
            action.run();
        } else {
            whenMet.add(action);
        }
    }

    /** Does something when no member counts on the dead any more: now, if that is so. */
    void whenNoticed(Runnable action) {
        if (stage == NOTICED) {
            whenNoticed.add(action);
        } else {
            action.run();
        }
    }

    /** Does something when no member has anything for sessions of the dead: now, if that is so. */
    void whenOver(Runnable action) {
        if (isOver()) {
            action.run();
        } else {
            whenOver.add(action);
        }
    }

    private static void runAll(List<Runnable> actions) {
        List<Runnable> all = List.copyOf(actions);
        actions.clear();
        all.forEach(Runnable::run);
    }

    private void sendLost() {
        List<Lost> over = new ArrayList<>();
        lost.removeIf(one -> !departing.contains(one.departed()) && over.add(one));
        over.forEach(one -> send(one, one.done()));
    }

    private void send(Lost one, Completion done) {
        Outcome outcome = new Outcome(post, done);
        byte[] body = new Frames.Inheritance(one.departed(), one.only(), one.message()).encoded();
        for (Peer member : membership.members()) {
            if (member.equals(post.self())) {
                inherit(one, outcome);
            } else if (member.equals(one.departed())) { // it is back: nobody adopted those left
                byte[] message = Frames.published(one.message());
                send(member, Frames.PUBLISH, message, one, outcome.more());
            } else {
                send(member, Frames.INHERITANCE, body, one, outcome.more());
            }
        }
        outcome.complete(null);
    }

    private void send(Peer to, int kind, byte[] body, Lost one, Completion done) {
        post.send(
                to,
                kind,
                body,
                Urgency.ASSURED,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        done.complete(refusal);
                    }

                    @Override
                    public void lost() {
                        add(new Lost(to, one.message(), one.servedHere(), one.only(), done));
                    }
                });
    }

    private void inherit(Lost one, Outcome outcome) {
        for (String heir : heirs(one.departed(), one.only(), one.message())) {
            if (!one.servedHere().reaches(heir) && deliveries != null) {
                deliveries.mail(post.self(), heir, one.message(), outcome.part());
            }
        }
    }

    /**
     * No majority is left, or null when it is back: who has which session is not known until then.
     * What this node's broker has published, wills as well, goes on to who was missed when that is
     * back before anybody has gone on without it.
     */
    void cutOff(@Nullable Refusal refusal) {
        cutOff = refusal;
        if (refusal != null) {
            refuse(refusal, one -> one.only() != null);
        }
    }

    /** Nobody will get what waits, or would wait. */
    void end(Refusal refusal) {
        ended = refusal;
        cutOff = refusal;
        refuse(refusal, one -> true);
    }

    private void refuse(Refusal refusal, Predicate<Lost> which) {
        List<Lost> refused = new ArrayList<>();
        lost.removeIf(one -> which.test(one) && refused.add(one));
        List<Held> allHeld = List.copyOf(held);
        held.clear();
        refused.forEach(one -> one.done().complete(refusal));
        allHeld.forEach(one -> one.done().complete(refusal));
        if (lost.isEmpty()) {
            heldBytes = 0;
        }
        runAll(whenOver);
    }
}
