package io.skein.cluster.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot beside the running log, on a thread of its own, and deletes the segments that
 * it replaces. The writer of the log hands it an image part by part and does not wait for it.
 *
 * <p>A crash leaves the segments or the snapshot, or both, and either way the log that went on.
 */
final class Compaction {
    /** While more parts than this wait to be written, no more are asked for. */
    private static final int WAITING_PARTS_ENOUGH = 10_000;

    private final JournalDirectory directory;
    private final Disk disk;
    private final SegmentHeader header;
    private final long recordBytes;
    private final Runnable wake;
    private final long startedNanos = System.nanoTime();
    private final Thread thread = new Thread(this::run, "skein-compaction");

    // Guarded by this.
    private ArrayDeque<Part> waiting = new ArrayDeque<>();
    private boolean complete;
    private boolean cancelled;
    private boolean ended;
    private long bytes;
    private @Nullable Throwable failure;

    /**
     * @param header of the snapshot: of a number below those of the segments that are to stay
     * @param recordBytes the size at which a record of the snapshot is full
     * @param wake called by any thread when the writer is wanted
     */
    Compaction(
            JournalDirectory directory,
            Disk disk,
            SegmentHeader header,
            long recordBytes,
            Runnable wake) {
        this.directory = directory;
        this.disk = disk;
        this.header = header;
        this.recordBytes = recordBytes;
        this.wake = wake;
        thread.setDaemon(true);
    }

    /** Begins. */
    void start() {
        thread.start();
    }

    /** Takes parts of the image, however many wait. */
    synchronized void hand(List<Part> parts) {
        waiting.addAll(parts);
        notifyAll();
    }

    /** The image is complete. */
    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    /** Whether it should be handed more of the image. */
    synchronized boolean wantsParts() {
        return !complete && !ended && waiting.size() < WAITING_PARTS_ENOUGH;
    }

    /** Whether it has succeeded or failed. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** Why it failed, or null. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** The bytes of the snapshot. */
    synchronized long bytes() {
        return bytes;
    }

    /** How long it has taken so far. */
    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Ends it where it stands; returns when nothing of it is left. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable failed = null;
        long written = 0;
        try {
            written = write();
        } catch (IOException | RuntimeException | Error e) {
            failed = e;
        }
        synchronized (this) {
            ended = true;
            bytes = written;
            failure = failed;
            waiting = new ArrayDeque<>();
        }
        wake.run();
    }

    private long write() throws IOException {
        Path unfinished = directory.unfinished(header.number());
        try {
            long written;
            try (SnapshotWriter out = new SnapshotWriter(disk, unfinished, header, recordBytes)) {
                for (Part part = next(); part != null; part = next()) {
                    out.add(part);
                }
                written = out.complete();
            }
            directory.name(header.number());
            directory.force();
            directory.delete(directory.segmentsBefore(header.number()));
            return written;
        } catch (IOException | RuntimeException | Error e) {
            directory.deleteQuietly(unfinished, e);
            throw e;
        }
    }

    /** The next part, null after the last. */
    private @Nullable Part next() throws IOException {
        Part part;
        boolean wanted;
        synchronized (this) {
            while (waiting.isEmpty() && !complete && !cancelled) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
            if (cancelled) {
                throw new IOException("the node stops");
            }
            wanted = wantsParts();
            part = waiting.poll();
            wanted = !wanted && wantsParts();
        }
        if (wanted) {
            wake.run();
        }
        return part;
    }
}
