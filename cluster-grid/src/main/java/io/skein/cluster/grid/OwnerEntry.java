package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.SessionHead;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a client id, and who keeps copies of what its session holds. The grid changes it by
 * comparing: of two nodes that claim at once, one succeeds.
 *
 * @param epoch greater with each owner
 * @param owner the node whose changes count
 * @param formerEpoch of the owner before, whose copies count until this one's are complete; 0 for
 *     none
 * @param former the last owner before that lives, which this one asks to let go: where this one
 *     dies soon, it may not have done so; null where there is none
 * @param earlier the one before that, if it lives: the former owner may not have asked it; null
 *     where there is none
 * @param head of the session when it was claimed; for one that is not persistent, as it is now
 * @param backups the other nodes with a copy; none for a session that is not persistent
 */
record OwnerEntry(
        long epoch,
        Peer owner,
        long formerEpoch,
        @Nullable Peer former,
        @Nullable Peer earlier,
        SessionHead head,
        List<Peer> backups) {
    /** One whose former owner had the session. */
    OwnerEntry(
            long epoch,
            Peer owner,
            long formerEpoch,
            @Nullable Peer former,
            SessionHead head,
            List<Peer> backups) {
        this(epoch, owner, formerEpoch, former, null, head, backups);
    }

    /** Whether this node may still have to let go of the session. */
    boolean isClaimedFrom(Peer peer) {
        return peer.equals(former) || peer.equals(earlier);
    }

    OwnerEntry with(SessionHead changed) {
        return new OwnerEntry(epoch, owner, formerEpoch, former, earlier, changed, backups);
    }

    OwnerEntry with(List<Peer> others) {
        return new OwnerEntry(epoch, owner, formerEpoch, former, earlier, head, others);
    }

    /** As it would be if this node had had it. */
    OwnerEntry ownedBy(Peer another) {
        return new OwnerEntry(epoch, another, formerEpoch, former, earlier, head, backups);
    }

    /** The owner, and those whom it may not have asked to let go, the last first. */
    Set<Peer> owners() {
        Set<Peer> owners = new LinkedHashSet<>();
        owners.add(owner);
        if (former != null) {
            owners.add(former);
        }
        if (earlier != null) {
            owners.add(earlier);
        }
        return owners;
    }

    /** Who has what the session holds, or may have it. */
    Set<Peer> holders() {
        Set<Peer> holders = owners();
        holders.addAll(backups);
        return holders;
    }

    OwnerEntry withoutFormer() {
        return new OwnerEntry(epoch, owner, formerEpoch, null, null, head, backups);
    }

    byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        writer.number(epoch);
        Frames.writePeer(writer, owner);
        writer.number(formerEpoch);
        write(former, writer);
        write(earlier, writer);
        writer.head(head);
        writer.number(backups.size());
        backups.forEach(peer -> Frames.writePeer(writer, peer));
        return Frames.bytes(out);
    }

    static OwnerEntry decoded(byte[] bytes) {
        StateReader reader = new StateReader(Unpooled.wrappedBuffer(bytes));
        long epoch = reader.number();
        Peer owner = Frames.readPeer(reader);
        long formerEpoch = reader.number();
        Peer former = read(reader);
        Peer earlier = read(reader);
        SessionHead head = reader.head();
        List<Peer> backups = new ArrayList<>();
        for (long left = reader.number(); left > 0; left--) {
            backups.add(Frames.readPeer(reader));
        }
        return new OwnerEntry(
                epoch, owner, formerEpoch, former, earlier, head, List.copyOf(backups));
    }

    private static void write(@Nullable Peer peer, StateWriter out) {
        out.number(peer == null ? 0 : 1);
        if (peer != null) {
            Frames.writePeer(out, peer);
        }
    }

    private static @Nullable Peer read(StateReader in) {
        return in.number() == 0 ? null : Frames.readPeer(in);
    }
}
