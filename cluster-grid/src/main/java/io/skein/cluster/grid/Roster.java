package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who was a member when a node last kept something on its disk: what another node has on its own
 * counts only if that is one of them, in the same life.
 *
 * @param millis since 1970, by the clock of the node that wrote it
 * @param members of the cluster then, in no order
 */
record Roster(long millis, Set<Peer> members) {
    /** Nothing was kept. */
    static final Roster NONE = new Roster(0, Set.of());

    byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        writer.number(millis);
        writer.number(members.size());
        for (Peer member : members) {
            writer.string(member.node());
            writer.number(member.incarnation());
        }
        return Frames.bytes(out);
    }

    static Roster decoded(byte[] bytes) {
        StateReader in = new StateReader(Unpooled.wrappedBuffer(bytes));
        long millis = in.number();
        List<Peer> members = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) {
            members.add(new Peer(in.string(), in.number()));
        }
        return new Roster(millis, Set.copyOf(members));
    }

    /** The life of this node that is one of the members; null if none is. */
    @Nullable Peer life(String node) {
        for (Peer member : members) {
            if (member.node().equals(node)) {
                return member;
            }
        }
        return null;
    }
}
