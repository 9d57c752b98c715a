package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when members die: their sessions are adopted by the survivors, and what was meant
 * for them in the meantime follows. With every view the members go through the same stages, each
 * entered when all members have completed the one before:
 *
 * <ol>
 *   <li>{@link #NOTICED}: nothing is sent any more that counts on the dead; what was sent before
 *       has been handed to the brokers, for links keep order;
 *   <li>{@link #SWEPT}: the sessions that this node keeps first were adopted;
 *   <li>{@link #SWEPT_AGAIN}: and those it keeps at all, which others may have passed over while
 *       the grid moved them.
 * </ol>
 *
 * <p>After that the dead are forgotten and what was held is sent. Lives on the loop.
 */
final class Departures {
    /** Adopts sessions of the dead. */
    interface Adoption {
        /**
         * Adopts what the given nodes owned.
         *
         * @param everything what is kept here at all, not only what is kept here first
         * @param done called on the loop when all of it is done; never if the grid changes
         *     meanwhile
         */
        void sweep(Set<Peer> dead, int view, boolean everything, Runnable done);
    }

    /** Takes what is left of a dead node out of this node, and out of the grid. */
    interface Forgotten {
        void forgotten(Peer peer, Set<TopicFilter> filters);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private static final int NOTICED = 0;
    private static final int SWEPT = 1;
    private static final int SWEPT_AGAIN = 2;
    private static final int STAGES = 3;

    /** What may be held for the sake of one departure; beyond it is refused. */
    private static final long HELD_BYTES_LIMIT = 64L << 20;

    /** How long it is remembered whose sessions were adopted, for messages that come late. */
    private static final long HEIRS_SECONDS = 60;

    private static final int HELD_OVERHEAD_BYTES = 100;

    private final Post post;
    private final Membership membership;
    private final RoutingTable routing;
    private final Set<Peer> departing = new LinkedHashSet<>();
    private final List<Set<Peer>> reached = new ArrayList<>();
    private final Map<Integer, Map<Integer, Set<Peer>>> early = new HashMap<>();
    private final Map<Peer, TopicTree<Heir>> heirs = new HashMap<>();
    private final Map<Peer, List<Marks>> inherited = new HashMap<>();
    private final Deque<Lost> lost = new ArrayDeque<>();
    private final Deque<Held> held = new ArrayDeque<>();
    private final List<Runnable> whenNoticed = new ArrayList<>();
    private final List<Runnable> whenOver = new ArrayList<>();
    private long heldBytes;
    private TopicTree<Heir> arrived = new TopicTree<>();
    private long arrivals;
    private int stage = STAGES;

    /** What all members were told last, and of which view: one that comes is told it, too. */
    private int saidLast;

    private int saidInView = -1;

    /** Why nothing may wait here: this node is cut off; null while it is not. */
    private @Nullable Refusal cutOff;

    private @Nullable Dispatch dispatch;
    private @Nullable Adoption adoption;
    private @Nullable Deliveries deliveries;
    private @Nullable Forgotten forgotten;

    /** A session that has come here, as which one, and what it had had when it came. */
    private record Heir(String clientId, long ordinal, Marks had) {}

    /** A message that a node had not answered when it died. */
    private record Lost(Peer departed, Message message, Completion done) {}

    /** A message that a dead node would have got; sent when it is known who has its sessions. */
    private record Held(Runnable send, Completion done) {}

    Departures(Post post, Membership membership, RoutingTable routing) {
        this.post = post;
        this.membership = membership;
        this.routing = routing;
    }

    void connect(Dispatch publications, Adoption sessions, Deliveries mail, Forgotten afterwards) {
        dispatch = publications;
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

    /** Whether somebody who is dead would have wanted the message. */
    boolean concern(GridInterest interest) {
        if (departing.isEmpty()) {
            return false;
        }
        for (Peer node : interest.nodes()) {
            if (departing.contains(node)) {
                return true;
            }
        }
        for (Destination.Diversion diversion : interest.diversions()) {
            if (departing.contains(diversion.node())) {
                return true;
            }
        }
        for (List<Peer> nodes : interest.shares().values()) {
            if (departing.containsAll(nodes)) {
                return true;
            }
        }
        return false;
    }

    void hold(Dispatch.Publication publication) {
        long arrivedBefore = arrivals;
        hold(
                publication.body().length,
                () -> release(publication, arrivedBefore),
                publication.done());
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
        int bytes = length + HELD_OVERHEAD_BYTES;
        if (heldBytes + bytes > HELD_BYTES_LIMIT) {
            done.complete(
                    new Refusal(
                            ReasonCode.SERVER_BUSY,
                            "too many messages wait for the sessions of a lost node"));
            return;
        }
        heldBytes += bytes;
        held.add(new Held(send, done));
    }

    /** A node died before it answered: whoever adopts its sessions gets the message. */
    void lost(Peer departed, Message message, Completion done) {
        if (cutOff != null) {
            done.complete(cutOff); // its client sends it again, to a node that serves
            return;
        }
        lost.add(new Lost(departed, message, done));
        if (!departing.contains(departed) && !membership.members().contains(departed)) {
            post.loop().execute(this::sendLost); // it is over: the heirs are known
        }
    }

    /**
     * A session of a dead node has become this node's, and its broker has it: what is published
     * here from now on finds it there.
     */
    void inherit(Peer former, StoredSession session, Marks had) {
        List<TopicFilter> filters =
                session.subscriptions().stream()
                        .map(entry -> entry.subscription().filter())
                        .filter(filter -> !filter.isShared())
                        .toList();
        inherited.computeIfAbsent(former, key -> new ArrayList<>()).add(had);
        TopicTree<Heir> tree = heirs.computeIfAbsent(former, key -> new TopicTree<>());
        Heir heir = new Heir(session.clientId(), arrivals + 1, had);
        filters.forEach(filter -> tree.add(filter, heir));
        arrived(session.clientId(), filters);
    }

    /** A session has come here, and the broker has it, perhaps from a node that lives. */
    void arrived(String clientId, List<TopicFilter> filters) {
        arrivals++;
        if (!departing.isEmpty()) {
            Heir heir = new Heir(clientId, arrivals, new Marks());
            filters.forEach(filter -> arrived.add(filter, heir));
        }
    }

    /**
     * A message for sessions that were a dead node's: who of them is here and has not had it from
     * that node.
     */
    Set<String> heirs(Peer former, Message message) {
        TopicTree<Heir> tree = heirs.get(former);
        return tree == null ? Set.of() : matching(tree, message, 0);
    }

    /** Whether a session that has come here from a dead node had had the message there. */
    boolean hadThere(Peer former, Origin origin) {
        return inherited.getOrDefault(former, List.of()).stream()
                .anyMatch(had -> had.cover(origin));
    }

    private static Set<String> matching(TopicTree<Heir> tree, Message message, long after) {
        Set<String> found = new LinkedHashSet<>();
        tree.match(
                message.topic(),
                heir -> {
                    if (heir.ordinal() > after && !heir.had().cover(message)) {
                        found.add(heir.clientId());
                    }
                });
        return found;
    }

    void departed(Peer peer) {
        departing.add(peer);
    }

    void joined(Peer peer) {
        if (departing.remove(peer)) { // it was cut off, and is back before that was dealt with
            post.loop().execute(this::sendWhatWaits);
        }
        heirs.remove(peer);
        inherited.remove(peer);
        if (saidInView == membership.view()) {
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
        if (departing.contains(departed)) {
            hold(length, action, done);
        } else {
            post.loop().execute(action);
        }
    }

    /** Begins with the stages anew. */
    void viewChanged(int view) {
        Set<Peer> unknown = new HashSet<>(routing.nodes());
        unknown.addAll(membership.known());
        unknown.removeAll(membership.members());
        departing.addAll(unknown);
        reached.clear();
        for (int each = 0; each < STAGES; each++) {
            reached.add(new HashSet<>());
        }
        Map<Integer, Set<Peer>> before = early.remove(view);
        if (before != null) {
            before.forEach((each, peers) -> reached.get(each).addAll(peers));
        }
        early.keySet().removeIf(passed -> passed < view);
        stage = NOTICED;
        say(NOTICED);
    }

    private void say(int what) {
        saidInView = membership.view();
        saidLast = what;
        tellStage(membership.members(), what);
    }

    private void tellStage(Set<Peer> peers, int what) {
        post.tell(peers, Frames.STAGE, new Frames.Stage(membership.view(), what).encoded());
    }

    void stageReached(Peer from, Frames.Stage said) {
        if (said.stage() < 0 || said.stage() >= STAGES) {
            return;
        }
        if (said.view() != membership.view()) {
            early.computeIfAbsent(said.view(), key -> new HashMap<>())
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
        while (stage < STAGES && reached.get(stage).containsAll(membership.members())) {
            int completed = stage++;
            switch (completed) {
                case NOTICED -> {
                    runAll(whenNoticed);
                    sweep(false, SWEPT);
                }
                case SWEPT -> sweep(true, SWEPT_AGAIN);
                default -> finish();
            }
        }
    }

    private void sweep(boolean everything, int then) {
        Set<Peer> dead = Set.copyOf(departing);
        int view = membership.view();
        if (dead.isEmpty() || adoption == null) {
            say(then);
            return;
        }
        adoption.sweep(
                dead,
                view,
                everything,
                () -> {
                    if (membership.view() == view) {
                        say(then);
                    }
                });
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
        CompletableFuture.delayedExecutor(HEIRS_SECONDS, TimeUnit.SECONDS, post.loop())
                .execute(() -> {
                    heirs.keySet().removeAll(dead);
                    inherited.keySet().removeAll(dead);
                });
    }

    private void sendWhatWaits() {
        sendLost();
        List<Held> waiting = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        waiting.forEach(one -> one.send().run());
        if (departing.isEmpty()) {
            arrived = new TopicTree<>();
            runAll(whenOver);
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

    /** Does something when nothing waits for sessions of the dead: now, if that is so. */
    void whenOver(Runnable action) {
        if (departing.isEmpty()) {
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
        for (Lost one : over) {
            Outcome outcome = new Outcome(post, one.done());
            byte[] body = new Frames.Inheritance(one.departed(), one.message()).encoded();
            for (Peer member : membership.members()) {
                if (member.equals(one.departed())) { // it is back, with sessions nobody adopted
                    byte[] message = Frames.published(one.message());
                    send(member, Frames.PUBLISH, message, one.message(), outcome.more());
                } else {
                    send(member, Frames.INHERITANCE, body, one.message(), outcome.more());
                }
            }
            outcome.complete(null);
        }
    }

    private void send(Peer to, int kind, byte[] body, Message message, Completion done) {
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
                        Departures.this.lost(to, message, done);
                    }
                });
    }

    /**
     * Sessions that came here after the broker had looked who wants it are this node's to serve.
     */
    private void release(Dispatch.Publication publication, long arrivedBefore) {
        Outcome outcome = new Outcome(post, publication.done());
        Set<String> sessions = matching(arrived, publication.message(), arrivedBefore);
        if (deliveries != null) {
            sessions.removeIf(deliveries::isLeaving); // their mail is diverted
            for (String session : sessions) {
                deliveries.ownMail(session, publication, outcome.part());
            }
        }
        if (dispatch != null) {
            dispatch.dispatch(
                    new Dispatch.Publication(
                            publication.message(),
                            publication.body(),
                            publication.interest(),
                            new Mailed(publication.servedHere(), sessions),
                            true,
                            outcome));
        }
    }

    /** No majority is left: nobody gets what waits, or would wait; null when it is back. */
    void cutOff(@Nullable Refusal refusal) {
        cutOff = refusal;
        if (refusal != null) {
            refuseAll(refusal);
        }
    }

    /** Nobody will get what waits. */
    void refuseAll(Refusal refusal) {
        List<Lost> allLost = List.copyOf(lost);
        List<Held> allHeld = List.copyOf(held);
        lost.clear();
        held.clear();
        heldBytes = 0;
        allLost.forEach(one -> one.done().complete(refusal));
        allHeld.forEach(one -> one.done().complete(refusal));
        runAll(whenOver);
    }
}
