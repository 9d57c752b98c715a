package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.SessionHead;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.List;

/**
 * Who owns a client id, and where what it holds is to be found. The cache changes it by comparing:
 * of two nodes that claim at once, one succeeds.
 *
 * @param epoch greater with each owner
 * @param owner the node whose changes count
 * @param head of the session when it was claimed, or later if nothing is logged
 * @param segments where changes are logged, in order; the last one is the owner's own
 */
record OwnerEntry(long epoch, Peer owner, SessionHead head, List<Segment> segments) {
    /**
     * Consecutive chunks of the log that one owner wrote.
     *
     * @param epoch of that owner: nobody else writes there
     * @param from the first chunk that counts
     */
    record Segment(long epoch, long from) {}

    /** The entry of the next owner. */
    OwnerEntry claimed(long nextEpoch, Peer by, SessionHead nextHead, boolean discard) {
        List<Segment> next = discard ? new ArrayList<>() : new ArrayList<>(segments);
        next.add(new Segment(nextEpoch, 0));
        return new OwnerEntry(nextEpoch, by, nextHead, List.copyOf(next));
    }

    OwnerEntry with(SessionHead changed) {
        return new OwnerEntry(epoch, owner, changed, segments);
    }

    /** Everything is in this segment. */
    OwnerEntry with(Segment only) {
        return new OwnerEntry(epoch, owner, head, List.of(only));
    }

    byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        writer.number(epoch);
        Frames.writePeer(writer, owner);
        writer.head(head);
        writer.number(segments.size());
        for (Segment segment : segments) {
            writer.number(segment.epoch);
            writer.number(segment.from);
        }
        return Frames.bytes(out);
    }

    static OwnerEntry decoded(byte[] bytes) {
        StateReader reader = new StateReader(Unpooled.wrappedBuffer(bytes));
        long epoch = reader.number();
        Peer owner = Frames.readPeer(reader);
        SessionHead head = reader.head();
        List<Segment> segments = new ArrayList<>();
        for (long left = reader.number(); left > 0; left--) {
            segments.add(new Segment(reader.number(), reader.number()));
        }
        return new OwnerEntry(epoch, owner, head, List.copyOf(segments));
    }
}
