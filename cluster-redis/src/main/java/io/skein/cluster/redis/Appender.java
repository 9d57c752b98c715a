package io.skein.cluster.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Puts parcels into inboxes. Each append has a number greater than those before, by which one that
 * is made again after its answer was lost is known. Lives on the loop.
 */
final class Appender {
    /** The answer where nothing is kept under that label. */
    static final long GONE = -1;

    /** One of what is put into an inbox together. */
    static final class Piece {
        final boolean kept;
        final byte[] frame;

        /**
         * A parcel.
         *
         * @param kept whether it stays there until it is deleted; otherwise it is only told
         */
        Piece(boolean kept, byte[] frame) {
            this.kept = kept;
            this.frame = frame;
        }
    }

    private final Redis redis;
    private final Names names;
    private final String self;
    private final long limit;
    private long number;

    Appender(Redis redis, Names names, String self, long limit) {
        this.redis = redis;
        this.names = names;
        this.self = self;
        this.limit = limit;
    }

    /** How many of the last of them found no room, or {@link #GONE}. */
    CompletableFuture<Long> append(String label, List<? extends Piece> pieces) {
        Args args = Args.of(self).add(++number).add(label).add(limit).add(names.wakes());
        for (Piece piece : pieces) {
            args.add(piece.kept ? "1" : "0").add(piece.frame);
        }
        return redis.number("skein_append", Args.of(names.record(label), names.inbox(label)), args);
    }
}
