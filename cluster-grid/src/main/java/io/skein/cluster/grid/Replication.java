package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.MessageNumbers;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps copies of this node's persistent sessions on other nodes: what changed in a turn of the
 * loop goes to each of them in one frame. Where a copy is lost, another one is made, on a node that
 * is first written into the owner's entry; those who wait for a change wait for that. Lives on the
 * loop.
 */
final class Replication {
    /** A frame is closed when it has grown to this. */
    private static final int FRAME_BYTES = 256 * 1024;

    private static final long RETRY_MILLIS = 200;

    /** Sessions for which copies are being made at one time. */
    private static final int CONCURRENT = 128;

    private final Post post;
    private final Membership membership;
    private final OwnerTable owners;
    private final int replicas;
    private final Consumer<OwnedSession> fenced;
    private final Map<Peer, Batch> open = new HashMap<>();
    private final Queue<OwnedSession> inNeed = new ArrayDeque<>();
    private int underWay;
    private boolean flushScheduled;
    private boolean closed;
    private boolean ended;

    /**
     * Who waits for a frame to be taken.
     *
     * @param session on whose behalf; null for none
     * @param isCopy whether it is a whole copy, which whoever has it made looks after, and not a
     *     change
     */
    private record Part(@Nullable OwnedSession session, boolean isCopy, Completion done) {}

    /** What goes to one node next. */
    private static final class Batch implements MessageNumbers {
        final ByteBuf out = Unpooled.buffer(1024);
        final StateWriter writer = new StateWriter(out, this);
        final List<Part> parts = new ArrayList<>();
        private final IdentityHashMap<Message, Long> numbers = new IdentityHashMap<>();

        @Override
        public long known(Message message) {
            return numbers.getOrDefault(message, 0L);
        }

        @Override
        public long define(Message message) {
            long number = numbers.size() + 1L;
            numbers.put(message, number);
            return number;
        }
    }

    Replication(
            Post post,
            Membership membership,
            OwnerTable owners,
            int replicas,
            Consumer<OwnedSession> fenced) {
        this.post = post;
        this.membership = membership;
        this.owners = owners;
        this.replicas = replicas;
        this.fenced = fenced;
    }

    /** This node leaves: a copy that is lost from here on is nobody's loss. */
    void close() {
        closed = true;
    }

    /** Nothing is copied any more: who waits for that is refused. */
    void end() {
        closed = true;
        ended = true;
        inNeed.forEach(Replication::refuse);
        inNeed.clear();
    }

    private static void refuse(OwnedSession session) {
        List<Completion> waiting = List.copyOf(session.waiting());
        session.waiting().clear();
        waiting.forEach(done -> done.complete(OwnerTable.cutOff(session.clientId())));
    }

    /** The nodes that are to keep copies of a session of this node. */
    List<Peer> choose(String clientId) {
        List<Peer> others = new ArrayList<>(membership.members());
        others.remove(post.self());
        others.sort(
                Comparator.comparingLong((Peer peer) -> weight(clientId, peer))
                        .thenComparing(Peer::node));
        return List.copyOf(others.subList(0, Math.min(others.size(), replicas - 1)));
    }

    /** Spreads the sessions of a node over the others, and only moves those of a node that left. */
    private static long weight(String clientId, Peer peer) {
        long mixed = (clientId.hashCode() * 31L + peer.hashCode()) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    /** A change of a session, after it was applied. */
    void write(OwnedSession session, SessionChange change) {
        for (Peer backup : session.backups()) {
            StateWriter writer = batch(backup).writer;
            writer.number(Frames.COPY_CHANGE);
            writer.change(change);
        }
    }

    /** Completes the outcome when what was written of the session so far is on all its copies. */
    void await(OwnedSession session, Outcome outcome) {
        for (Peer backup : session.backups()) {
            batch(backup).parts.add(new Part(session, false, outcome.more()));
        }
        if (session.isEstablishing()) {
            session.waiting().add(outcome.more());
        }
    }

    /** Copies are to be made of a session whose entry was written just now and names them. */
    void establish(OwnedSession session) {
        session.establishing(true);
        underWay++;
        copyTo(session, session.entry().backups());
    }

    /** Copies of a session are missing. */
    void establishAgain(OwnedSession session) {
        if (!session.isEstablishing() && !session.isOver()) {
            session.establishing(true);
            inNeed.add(session);
            pump();
        }
    }

    private void pump() {
        while (underWay < CONCURRENT && !inNeed.isEmpty()) {
            underWay++;
            begin(inNeed.remove());
        }
    }

    /**
     * Writes into the entry where copies are going to be, also if it says so already: that it can
     * be written shows that this node is still the owner, and not cut off.
     */
    private void begin(OwnedSession session) {
        if (ended) {
            refuse(session);
        }
        if (closed) {
            return;
        }
        if (session.isOver()) {
            established(session);
            return;
        }
        List<Peer> target = choose(session.clientId());
        owners.update(
                session,
                entry -> entry.with(target),
                updated -> {
                    if (updated) {
                        copyTo(session, target);
                    } else {
                        lookWhose(session, target);
                    }
                });
    }

    /** Another node's entry: this one is going to be asked for it, or was taken to be dead. */
    private void lookWhose(OwnedSession session, List<Peer> target) {
        owners.get(session.clientId())
                .whenCompleteAsync(
                        (bytes, error) -> {
                            if (error != null && !ended) {
                                beginLater(session); // nothing was learned
                                return;
                            }
                            OwnerEntry entry = OwnerTable.decoded(bytes);
                            if (bytes != null && entry != null && isVain(session, entry)) {
                                owners.restore(session, bytes, restored -> begin(session));
                            } else if (entry != null && entry.isClaimedFrom(post.self())) {
                                copyTo(session, target); // it is let go of when somebody asks
                            } else {
                                fenced.accept(session);
                                established(session);
                            }
                        },
                        post.loop());
    }

    /**
     * Whether an entry is one from before, or one of a node that was buried before it could ask
     * this one to let go of the session.
     */
    boolean isVain(OwnedSession session, OwnerEntry entry) {
        return entry.epoch() < session.epoch()
                || (!session.isLeaving()
                        && entry.isClaimedFrom(post.self())
                        && membership.isBuried(entry.owner()));
    }

    private void beginLater(OwnedSession session) {
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                .execute(() -> begin(session));
    }

    private void copyTo(OwnedSession session, List<Peer> target) {
        for (Peer backup : Set.copyOf(session.backups())) {
            if (!target.contains(backup)) {
                session.backups().remove(backup);
                drop(backup, session.clientId(), session.epoch());
            }
        }
        Set<Peer> missing = new LinkedHashSet<>(target);
        missing.removeAll(session.backups());
        Outcome outcome = new Outcome(post, refusal -> copied(session));
        for (Peer peer : missing) {
            if (membership.members().contains(peer)) {
                session.backups().add(peer);
                writeCopy(peer, session.asCopy(post.self()));
                batch(peer).parts.add(new Part(session, true, outcome.more()));
            }
        }
        outcome.complete(null);
    }

    private void copied(OwnedSession session) {
        boolean enough =
                !session.isPersistent()
                        || session.backups().containsAll(choose(session.clientId()));
        if (session.isOver() || enough) {
            established(session);
        } else {
            begin(session); // somebody died meanwhile
        }
    }

    private void established(OwnedSession session) {
        underWay--;
        session.establishing(false);
        List<Completion> waiting = List.copyOf(session.waiting());
        session.waiting().clear();
        Refusal refusal = session.refusal();
        waiting.forEach(done -> done.complete(refusal));
        pump();
    }

    /** Writes a whole session to a node, behind what was written to it before. */
    void writeCopy(Peer peer, Copies.Copy copy) {
        StoredSession state = copy.state();
        long epoch = copy.epoch();
        StateWriter writer = batch(peer).writer;
        writer.number(Frames.COPY_BEGIN);
        writer.string(state.clientId());
        writer.number(epoch);
        writer.head(state.head());
        state.forEachChange(
                epoch,
                change -> {
                    StateWriter next = batch(peer).writer;
                    next.number(Frames.COPY_CHANGE);
                    next.change(change);
                });
        writer = batch(peer).writer;
        writer.number(Frames.COPY_MARKS);
        writer.string(state.clientId());
        writer.number(epoch);
        copy.marks().write(writer);
        writer.number(Frames.COPY_COMPLETE);
        writer.string(state.clientId());
        writer.number(epoch);
        Frames.writePeer(writer, copy.owner());
    }

    /** Copies of this epoch and before are of no use any more. */
    void drop(Peer peer, String clientId, long epoch) {
        if (membership.members().contains(peer)) {
            StateWriter writer = batch(peer).writer;
            writer.number(Frames.COPY_DROP);
            writer.string(clientId);
            writer.number(epoch);
        }
    }

    /** Tells when everything written to a node so far was taken by it, or it died. */
    void afterWritten(Peer peer, Completion done) {
        batch(peer).parts.add(new Part(null, false, done));
    }

    private Batch batch(Peer peer) {
        Batch batch = open.get(peer);
        if (batch != null && batch.out.readableBytes() > FRAME_BYTES) {
            send(peer, batch);
            batch = null;
        }
        if (batch == null) {
            batch = new Batch();
            open.put(peer, batch);
            if (!flushScheduled) {
                flushScheduled = true;
                post.loop().execute(this::flush);
            }
        }
        return batch;
    }

    private void flush() {
        flushScheduled = false;
        for (Peer peer : List.copyOf(open.keySet())) {
            flush(peer);
        }
    }

    /** Sends what was written to a node: what is sent to it next comes after that. */
    void flush(Peer peer) {
        Batch batch = open.remove(peer);
        if (batch != null) {
            send(peer, batch);
        }
    }

    private void send(Peer peer, Batch batch) {
        post.send(
                peer,
                Frames.COPY,
                Frames.bytes(batch.out),
                Urgency.CONTROL, // bounded by what clients may have unacknowledged
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        if (refusal == null) {
                            batch.parts.forEach(part -> part.done.complete(null));
                        } else {
                            failed(peer, batch);
                        }
                    }

                    @Override
                    public void lost() {
                        failed(peer, batch);
                    }
                });
    }

    /** A copy is missing there: sessions in the frame need another before it counts as kept. */
    private void failed(Peer peer, Batch batch) {
        if (ended) {
            batch.parts.forEach(part -> part.done.complete(OwnerTable.cutOff()));
        }
        if (closed) {
            return;
        }
        Set<OwnedSession> concerned = new LinkedHashSet<>();
        for (Part part : batch.parts) {
            OwnedSession session = part.session;
            if (session == null || session.isOver()) {
                part.done.complete(session == null ? null : session.refusal());
                continue;
            }
            session.backups().remove(peer);
            if (part.isCopy) {
                part.done.complete(null); // another one is made
                continue;
            }
            if (session.isSuspended()) {
                part.done.complete(OwnerTable.cutOff(session.clientId()));
            } else {
                session.waiting().add(part.done);
            }
            concerned.add(session);
        }
        concerned.forEach(this::establishAgain);
    }
}
