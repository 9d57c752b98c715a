package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;

/**
 * The logs of sessions in the grid: a chunk is an entry of its own, named by client id, epoch and
 * number, so that what an owner writes after its time lands where nobody reads. A chunk holds
 * changes, or is one of several that hold the whole session.
 */
final class SessionLogs {
    /** Chunks that are asked for at once, at first and afterwards. */
    private static final int FIRST_READ = 8;

    private static final int READ = 64;

    /** A whole session is cut into chunks of about this size. */
    private static final int WHOLE_CHUNK_BYTES = 64 * 1024;

    private final AdvancedCache<String, byte[]> cache;

    SessionLogs(AdvancedCache<String, byte[]> cache) {
        this.cache = cache;
    }

    static String key(String clientId, long epoch, long number) {
        return clientId + '\0' + Long.toString(epoch, 36) + '\0' + Long.toString(number, 36);
    }

    /** A chunk of changes. */
    static byte[] chunk(List<SessionChange> changes) {
        return chunk(0, changes);
    }

    /** A chunk that says of how many that hold the whole session it is the first, 0 if none. */
    private static byte[] chunk(int ofWhole, List<SessionChange> changes) {
        return Frames.encoded(out -> {
            out.number(ofWhole);
            changes.forEach(out::change);
        });
    }

    /** Chunks that together make all before them superfluous. */
    static List<byte[]> whole(StoredSession session, long epoch) {
        List<List<SessionChange>> parts = new ArrayList<>();
        ByteBuf measure = Unpooled.buffer();
        List<SessionChange> part = new ArrayList<>();
        List<SessionChange> all = new ArrayList<>();
        session.forEachChange(epoch, all::add);
        StateWriter writer = new StateWriter(measure);
        for (SessionChange change : all) {
            part.add(change);
            writer.change(change);
            if (measure.readableBytes() > WHOLE_CHUNK_BYTES) {
                parts.add(part);
                part = new ArrayList<>();
                measure.clear();
                writer = new StateWriter(measure);
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        List<byte[]> chunks = new ArrayList<>();
        for (List<SessionChange> each : parts) {
            chunks.add(chunk(chunks.isEmpty() ? parts.size() : 0, each));
        }
        return chunks;
    }

    CompletableFuture<Void> write(Map<String, byte[]> chunks) {
        if (chunks.size() == 1) {
            Map.Entry<String, byte[]> only = chunks.entrySet().iterator().next();
            return GridEngine.blind(cache)
                    .putAsync(only.getKey(), only.getValue())
                    .thenApply(before -> null);
        }
        return cache.putAllAsync(chunks);
    }

    /** Removes chunks that nobody will read any more; what fails stays as garbage. */
    void remove(String clientId, long epoch, long from, long until) {
        for (long number = from; number < until; number++) {
            GridEngine.blind(cache).removeAsync(key(clientId, epoch, number));
        }
    }

    /** What was read of a session so far. */
    static final class Reading {
        private StoredSession session;
        private @Nullable StoredSession whole;
        private long partsMissing;

        /** How many chunks each segment had, by epoch. */
        private final Map<Long, Long> ends = new HashMap<>();

        Reading(StoredSession session) {
            this.session = session;
        }

        StoredSession session() {
            return session;
        }

        /** The number behind the last chunk of a segment. */
        long end(OwnerEntry.Segment segment) {
            return ends.getOrDefault(segment.epoch(), segment.from());
        }

        /**
         * Takes in a chunk. A whole replaces what is there when all its parts were read: if one is
         * missing, its writer died over it, and all before it still counts.
         */
        private void take(byte[] chunk) {
            StateReader reader = new StateReader(Unpooled.wrappedBuffer(chunk));
            long parts = reader.number();
            if (parts > 0) {
                whole = new StoredSession(session.clientId(), session.head());
                partsMissing = parts;
            }
            StoredSession target = partsMissing > 0 && whole != null ? whole : session;
            while (reader.hasMore()) {
                target.apply(reader.change());
            }
            if (partsMissing > 0 && --partsMissing == 0) {
                session = target;
            }
        }
    }

    /** Rebuilds a session; complete on a thread of the grid. */
    CompletableFuture<Reading> read(String clientId, OwnerEntry entry) {
        CompletableFuture<Reading> reading =
                CompletableFuture.completedFuture(
                        new Reading(new StoredSession(clientId, entry.head())));
        for (OwnerEntry.Segment segment : entry.segments()) {
            reading =
                    reading.thenCompose(so -> {
                        so.partsMissing = 0;
                        if (segment.epoch() == entry.epoch()) {
                            // A claim sets the head, whatever was logged before.
                            so.session.apply(
                                    new SessionChange.HeadSet(
                                            clientId, segment.epoch(), entry.head()));
                        }
                        return readOn(so, segment, segment.from(), FIRST_READ);
                    });
        }
        return reading;
    }

    private CompletableFuture<Reading> readOn(
            Reading so, OwnerEntry.Segment segment, long from, int count) {
        String clientId = so.session.clientId();
        Set<String> keys = new LinkedHashSet<>();
        for (long number = from; number < from + count; number++) {
            keys.add(key(clientId, segment.epoch(), number));
        }
        return cache.getAllAsync(keys)
                .thenCompose(found -> {
                    long number = from;
                    for (String key : keys) {
                        byte[] chunk = found.get(key);
                        if (chunk == null) {
                            break;
                        }
                        so.take(chunk);
                        number++;
                    }
                    so.ends.put(segment.epoch(), number);
                    return number == from + count
                            ? readOn(so, segment, number, READ)
                            : CompletableFuture.completedFuture(so);
                });
    }
}
