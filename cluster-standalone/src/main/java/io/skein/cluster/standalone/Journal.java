package io.skein.cluster.standalone;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.Durability;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateWriter;
import io.skein.mqtt.ReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on the local disk. Callers leave their requests in a list and go on; one writer thread
 * takes all that are waiting, makes one record of them, forces it once, and answers them all: while
 * it forces, the next group gathers.
 *
 * <p>When the disk fails, requests are refused and the broker is told; the writer tries again and
 * again to go on in another segment, and tells the broker when it could.
 *
 * <p>Snapshots are written beside the log by a {@link Compaction}; between two groups the writer
 * hands it a little of what is alive.
 */
final class Journal implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** How much of an image is handed out between two groups: well below a millisecond. */
    private static final int IMAGE_PARTS = 1_000;

    private static final long SNAPSHOT_RECORD_BYTES = 1 << 20;

    private enum Phase {
        CREATED,
        RECOVERING,
        OPEN,
        CLOSED
    }

    private final JournalDirectory directory;
    private final Disk disk;
    private final Durability durability;
    private final JournalLimits limits;
    private final @Nullable LongSupplier clockNanos;
    private final Thread writer = new Thread(this::run, "skein-journal");
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    private final Object lock = new Object();
    // Guarded by lock.
    private Phase phase = Phase.CREATED;
    private List<Request> waiting = new ArrayList<>();
    private long waitingBytes; // of requests not yet answered
    private @Nullable LocalBroker broker;

    // Of the writer alone, but for reading the retained messages.
    private volatile LiveState state = new LiveState();
    private Owners owners = new Owners(0);
    private @Nullable SegmentLog log;
    private @Nullable Refusal failure;
    private long repairAtNanos;
    private int factsWhenCompacted; // since the failure, -1 before the first snapshot
    private final List<Entry> unwrittenFacts = new ArrayList<>();
    private @Nullable Compaction compaction;
    private @Nullable Image image; // of which not everything was handed to the compaction

    /**
     * A journal in a directory that is locked already; it is released by {@link #close}.
     *
     * @param clockNanos nanoseconds since the epoch; null where others decide who owns a session,
     *     and what becomes of it when the node starts
     */
    Journal(
            JournalDirectory directory,
            Disk disk,
            Durability durability,
            JournalLimits limits,
            @Nullable LongSupplier clockNanos) {
        this.directory = directory;
        this.disk = disk;
        this.durability = durability;
        this.limits = limits;
        this.clockNanos = clockNanos;
        writer.setDaemon(true);
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        synchronized (lock) {
            if (phase != Phase.CREATED) {
                throw new IllegalStateException("started or closed before");
            }
            phase = Phase.RECOVERING;
            this.broker = broker;
        }
        writer.start();
        return started;
    }

    @Override
    public void submit(Request request) {
        Refusal refusal;
        synchronized (lock) {
            refusal = refusal(request);
            Request taken = refusal == null ? request : request.facts(refusal);
            if (taken != null && phase == Phase.OPEN) {
                waiting.add(taken);
                waitingBytes += taken.estimatedBytes();
                if (waiting.size() == 1) {
                    lock.notifyAll();
                }
                return;
            }
        }
        if (refusal != null) {
            request.refuse(refusal);
        }
    }

    @Override
    public RetainedMessages retained() {
        return state.retained();
    }

    /** Writes what is waiting, closes the log and releases the directory. */
    @Override
    public void close() {
        Phase before;
        synchronized (lock) {
            before = phase;
            phase = Phase.CLOSED;
            lock.notifyAll();
        }
        if (before == Phase.CREATED) {
            releaseDirectory();
        }
        boolean interrupted = false;
        while (writer.isAlive() && !writer.equals(Thread.currentThread())) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true; // what was accepted is still written
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Refusal refusal(Request request) {
        if (phase != Phase.OPEN) {
            return Refusal.unavailable("the store of this node is not open");
        }
        // One request may be larger than the limit: it is taken when nothing else waits.
        boolean full =
                waitingBytes > 0 && waitingBytes + request.estimatedBytes() > limits.waitingBytes();
        return full && !request.tellsFactsOnly()
                ? new Refusal(
                        ReasonCode.QUOTA_EXCEEDED,
                        "%d bytes are waiting for the disk already".formatted(waitingBytes))
                : null;
    }

    private void run() {
        try {
            recover();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.error("the journal cannot be opened: {}", reason(e));
            synchronized (lock) {
                phase = Phase.CLOSED;
            }
            started.completeExceptionally(e);
        }
        try {
            List<Request> taken = take();
            while (taken != null) {
                commitAll(taken);
                if (failure != null) {
                    repairWhenDue();
                } else {
                    compactWhenDue();
                }
                goOnCompacting();
                taken = take();
            }
        } finally {
            if (compaction != null) {
                compaction.cancel();
            }
            closeLog();
            releaseDirectory();
        }
    }

    /**
     * All that is waiting, possibly nothing where other work is due; null when the journal is
     * closed and nothing is left.
     */
    private @Nullable List<Request> take() {
        synchronized (lock) {
            while (waiting.isEmpty() && phase != Phase.CLOSED && !compactionWantsWriter()) {
                long nanos = failure == null ? Long.MAX_VALUE : repairAtNanos - System.nanoTime();
                if (nanos <= 0) {
                    return List.of();
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, nanos);
                } catch (InterruptedException e) {
                    LOG.warn("interrupted; nobody is to do that, going on");
                }
            }
            if (waiting.isEmpty() && phase == Phase.CLOSED) {
                return null;
            }
            List<Request> taken = waiting;
            waiting = new ArrayList<>();
            return taken;
        }
    }

    private void commitAll(List<Request> taken) {
        int from = 0;
        while (from < taken.size()) {
            int first = from;
            long bytes = 0;
            Group group = new Group(owners, state);
            try {
                while (from < taken.size() && bytes < limits.groupBytes()) {
                    Request request = taken.get(from++);
                    bytes += request.estimatedBytes();
                    group.admit(request);
                }
                commit(group);
            } catch (RuntimeException | Error e) {
                giveUp(e, taken.subList(first, taken.size()));
                return;
            }
            synchronized (lock) {
                waitingBytes -= bytes;
            }
            group.answer();
        }
    }

    /** A fault in the program: the log is right, what is held in memory may not be. */
    private void giveUp(Throwable fault, List<Request> unanswered) {
        LOG.error("the store stops; restart the node to read the log again", fault);
        List<Request> refused = new ArrayList<>(unanswered);
        synchronized (lock) {
            phase = Phase.CLOSED;
            refused.addAll(waiting);
            waiting.clear();
        }
        Refusal refusal = Refusal.unavailable("the store has stopped: " + fault);
        tellBroker(broker -> broker.serving(refusal));
        refused.forEach(request -> request.refuse(refusal));
    }

    private void commit(Group group) {
        if (group.needsLog() && failure == null) {
            append(body -> group.write(new StateWriter(body, state.messages())));
        }
        Refusal refusal = failure;
        if (refusal == null || !group.needsLog()) {
            group.keep();
        } else {
            unwrittenFacts.addAll(group.refuse(refusal));
        }
    }

    /** Appends a record; if that fails, {@link #failure} says why. */
    private void append(Consumer<ByteBuf> body) {
        SegmentLog open = log;
        if (open == null) {
            throw new IllegalStateException("the log is not open");
        }
        try {
            open.append(body);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        Refusal refusal = refusal(cause);
        LOG.error(
                "{}: {}: {}. Clients are refused until it can be written again, which is tried"
                        + " every {} ms: free space, or make it writable",
                directory.path(),
                refusal.explanation(),
                reason(cause),
                limits.retryMillis(),
                cause instanceof IOException ? null : cause);
        failure = refusal;
        factsWhenCompacted = -1;
        repairAtNanos = System.nanoTime();
        tellBroker(broker -> broker.storing(refusal));
    }

    private Refusal refusal(Throwable cause) {
        try {
            if (directory.usableBytes() < limits.preallocatedBytes()) {
                return new Refusal(
                        ReasonCode.QUOTA_EXCEEDED, "the disk of the data directory is full");
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return Refusal.unavailable("the data directory cannot be written");
    }

    private static String reason(Throwable cause) {
        return cause.getClass() == IOException.class && cause.getMessage() != null
                ? cause.getMessage()
                : cause.toString();
    }

    private void repairWhenDue() {
        SegmentLog failed = log;
        if (failed == null || System.nanoTime() - repairAtNanos < 0) {
            return;
        }
        try {
            failed.cutOff();
            if (failed.hasRoom()) {
                goOn(failed);
                return;
            }
            makeRoom(failed);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("still cannot write", e);
        }
        repairAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.retryMillis());
    }

    private void goOn(SegmentLog repaired) throws IOException {
        repaired.goOn();
        if (!unwrittenFacts.isEmpty()) {
            repaired.append(body -> write(unwrittenFacts, new StateWriter(body, state.messages())));
            unwrittenFacts.clear();
        }
        LOG.info("{} can be written again", directory.path());
        failure = null;
        tellBroker(broker -> broker.storing(null));
    }

    /**
     * A full disk may be full of what is done with: tries a snapshot, which may need less than is
     * free, and again when more is done with.
     */
    private void makeRoom(SegmentLog full) throws IOException {
        if (compaction == null && unwrittenFacts.size() > factsWhenCompacted) {
            factsWhenCompacted = unwrittenFacts.size();
            beginCompaction(full.cut());
        }
    }

    private void compactWhenDue() {
        if (compaction != null || log == null || !log.wantsSnapshot()) {
            return;
        }
        try {
            beginCompaction(log.cut());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    /** Between two records: what the log adds up to now is what the snapshot will hold. */
    private void beginCompaction(SegmentHeader header) {
        long recordBytes = Math.min(limits.groupBytes(), SNAPSHOT_RECORD_BYTES);
        Compaction begun = new Compaction(directory, disk, header, recordBytes, this::wakeWriter);
        image = state.beginImage();
        compaction = begun;
        begun.start();
    }

    private void goOnCompacting() {
        Compaction running = compaction;
        if (running == null) {
            return;
        }
        if (running.hasEnded()) {
            endCompaction(running);
        } else if (image != null && running.wantsParts()) {
            running.hand(image.handOut(IMAGE_PARTS));
            if (!image.hasMore()) {
                endImage();
                running.complete();
            }
        }
    }

    private void endCompaction(Compaction ended) {
        compaction = null;
        endImage();
        SegmentLog open = log;
        if (open == null) {
            return;
        }
        Throwable failed = ended.failure();
        if (failed != null) {
            open.postponeCompaction();
            LOG.warn("the log could not be compacted, trying later: {}", failed.toString());
            return;
        }
        long before = open.bytes();
        open.replaced(ended.bytes());
        LOG.info(
                "compacted {} bytes of log to {} in {} ms",
                before,
                open.bytes(),
                TimeUnit.NANOSECONDS.toMillis(ended.elapsedNanos()));
    }

    private void endImage() {
        state.endImage();
        image = null;
    }

    private boolean compactionWantsWriter() {
        return compaction != null
                && (compaction.hasEnded() || (image != null && compaction.wantsParts()));
    }

    private void wakeWriter() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    private void recover() throws IOException {
        Recovery recovered = Recovery.read(directory);
        state = recovered.state();
        owners = clockNanos == null ? Owners.told() : new Owners(recovered.generation());
        log = begin(recovered);
        List<Entry> facts =
                clockNanos == null
                        ? List.of()
                        : new Restart(owners, clockNanos.getAsLong()).of(state);
        if (!facts.isEmpty()) {
            log.append(body -> write(facts, new StateWriter(body, state.messages())));
            facts.forEach(state::apply);
            state.endOfRecord();
        }
        LocalBroker told;
        synchronized (lock) {
            if (phase == Phase.RECOVERING) {
                phase = Phase.OPEN;
            }
            told = broker;
        }
        if (told == null) {
            throw new IllegalStateException("started without a broker");
        }
        List<CompletableFuture<Void>> adopted = new ArrayList<>();
        for (StoredSession session : state.sessions()) {
            String clientId = session.clientId();
            long epoch = clockNanos == null ? state.epoch(clientId) : owners.epoch(clientId);
            adopted.add(told.adopt(session.copy(), epoch).toCompletableFuture());
        }
        CompletableFuture.allOf(adopted.toArray(CompletableFuture[]::new))
                .whenComplete((done, failed) -> {
                    if (failed == null) {
                        started.complete(null);
                    } else {
                        started.completeExceptionally(failed);
                    }
                });
    }

    private SegmentLog begin(Recovery recovered) throws IOException {
        try {
            return new SegmentLog(directory, disk, durability, limits, recovered);
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be written: %s. Free space, or make it writable"
                            .formatted(directory.path(), reason(e)),
                    e);
        }
    }

    private static void write(List<Entry> entries, StateWriter out) {
        entries.forEach(entry -> entry.write(out));
    }

    private void tellBroker(Consumer<LocalBroker> what) {
        LocalBroker told;
        synchronized (lock) {
            told = broker;
        }
        if (told != null) {
            what.accept(told);
        }
    }

    private void closeLog() {
        try {
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            LOG.warn("the log was not closed cleanly; nothing acknowledged is lost", e);
        }
    }

    private void releaseDirectory() {
        try {
            directory.close();
        } catch (IOException e) {
            LOG.warn("the lock of the data directory was not released", e);
        }
    }
}
