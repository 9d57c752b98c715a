package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A session that this node owns. Lives on the loop. */
final class OwnedSession {
    private final StoredSession state;
    private final Marks marks;

    /** What the broker was given for it and has not queued yet, or has: then marks say so too. */
    private Marks given = new Marks();

    private OwnerEntry entry;
    private byte[] entryBytes;

    /** Who is sent each change: their copies are complete or become so before the change. */
    private final Set<Peer> backups = new LinkedHashSet<>();

    /** Who waits until all copies are complete. */
    private final List<Completion> waiting = new ArrayList<>();

    /** Complete when the broker has it, and all it had published before was dispatched. */
    private CompletableFuture<Void> inBroker = CompletableFuture.completedFuture(null);

    private boolean establishing;
    private boolean leaving;
    private boolean suspended;
    private boolean over;
    private @Nullable Refusal refusal;

    /** Writes of the entry follow each other. */
    private CompletableFuture<?> lastEntryWrite = CompletableFuture.completedFuture(null);

    OwnedSession(StoredSession state, Marks marks, OwnerEntry entry, byte[] entryBytes) {
        this.state = state;
        this.marks = marks;
        this.entry = entry;
        this.entryBytes = entryBytes;
    }

    String clientId() {
        return state.clientId();
    }

    long epoch() {
        return entry.epoch();
    }

    OwnerEntry entry() {
        return entry;
    }

    byte[] entryBytes() {
        return entryBytes;
    }

    void entry(OwnerEntry written, byte[] bytes) {
        entry = written;
        entryBytes = bytes;
    }

    CompletableFuture<?> lastEntryWrite() {
        return lastEntryWrite;
    }

    void lastEntryWrite(CompletableFuture<?> write) {
        lastEntryWrite = write;
    }

    StoredSession state() {
        return state;
    }

    /** What a copy of it is, made at this moment by its owner; shares what it holds. */
    Copies.Copy asCopy(Peer owner) {
        return new Copies.Copy(owner, epoch(), state, marks);
    }

    Marks marks() {
        return marks;
    }

    boolean isPersistent() {
        return state.head().isPersistent();
    }

    /** What it is subscribed to, groups apart. */
    List<TopicFilter> plainFilters() {
        return filters(false);
    }

    /** The groups of which it is a member. */
    List<TopicFilter> groups() {
        return filters(true);
    }

    private List<TopicFilter> filters(boolean shared) {
        List<TopicFilter> filters = new ArrayList<>();
        for (StoredSession.Entry subscription : state.subscriptions()) {
            TopicFilter filter = subscription.subscription().filter();
            if (filter.isShared() == shared) {
                filters.add(filter);
            }
        }
        return filters;
    }

    Set<Peer> backups() {
        return backups;
    }

    List<Completion> waiting() {
        return waiting;
    }

    /** Whether copies are being made: until then nothing is kept as it is promised. */
    boolean isEstablishing() {
        return establishing;
    }

    void establishing(boolean underWay) {
        establishing = underWay;
    }

    /** Whether the broker has it from before this node was cut off: its writes are refused. */
    boolean isSuspended() {
        return suspended;
    }

    void suspended(boolean from) {
        suspended = from;
        given = new Marks();
    }

    /** The broker is given it, and will say when it has it. */
    void awaitsBroker() {
        inBroker = new CompletableFuture<>();
    }

    CompletableFuture<Void> inBroker() {
        return inBroker;
    }

    /** Whether it has had a message, or is about to. */
    boolean hasHad(Origin origin) {
        return marks.cover(origin) || given.cover(origin);
    }

    /** The broker is given a message for it. */
    void given(Origin origin) {
        given.note(origin);
    }

    /** Its next owner has asked for it: it is let go of as soon as that can be. */
    void leaving() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Whether it ended or is another node's. */
    boolean isOver() {
        return over;
    }

    /** What those are told who wait for it: null unless another node owns it. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    /** It has ended, or was let go of. */
    void over() {
        over = true;
    }

    /** Another node owns it, and this one learns it late. */
    void fenced() {
        over = true;
        refusal = Refusal.fenced(clientId());
    }
}
