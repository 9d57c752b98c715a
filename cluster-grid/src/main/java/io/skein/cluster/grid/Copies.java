package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.CorruptStateException;
import io.skein.cluster.codec.NumberedMessages;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies of sessions that other nodes own, and of those that this node has let go of until their
 * next owner has copies of its own. Lives on the loop.
 */
final class Copies {
    /** A session as its owner had it, and how far it had come with what others publish. */
    record Copy(Peer owner, long epoch, StoredSession state, Marks marks) {}

    private final Map<String, Copy> complete = new HashMap<>();
    private final Map<String, Copy> incomplete = new HashMap<>();
    private final GridDisk disk;

    /** Whose copies are from before this node was cut off: their owners may have gone on. */
    private final Set<String> doubtful = new HashSet<>();

    Copies(GridDisk disk) {
        this.disk = disk;
    }

    /** How many there are. */
    int size() {
        return complete.size();
    }

    /**
     * Takes in what an owner writes, or who passes on a copy that it has ({@link Frames#COPY}).
     *
     * @return whether all of it fitted: an owner whose copy is not here, or whose time is over,
     *     learns so and looks after it
     */
    boolean apply(Peer owner, ByteBuf body) {
        Map<Long, Message> numbered = new HashMap<>();
        StateReader in =
                new StateReader(
                        body,
                        new NumberedMessages() {
                            @Override
                            public @Nullable Message known(long number) {
                                return numbered.get(number);
                            }

                            @Override
                            public void define(long number, Message message) {
                                numbered.put(number, message);
                            }
                        });
        boolean fitted = true;
        while (in.hasMore()) {
            int what = (int) in.number();
            fitted &=
                    switch (what) {
                        case Frames.COPY_CHANGE -> change(owner, in.change());
                        case Frames.COPY_BEGIN -> begin(owner, in.string(), in.number(), in.head());
                        case Frames.COPY_COMPLETE ->
                                complete(owner, in.string(), in.number(), Frames.readPeer(in));
                        case Frames.COPY_MARKS ->
                                marks(owner, in.string(), in.number(), Marks.read(in));
                        case Frames.COPY_DROP -> drop(in.string(), in.number());
                        default -> throw new CorruptStateException("entry " + what);
                    };
        }
        return fitted;
    }

    private boolean begin(Peer owner, String clientId, long epoch, SessionHead head) {
        Copy known = complete.get(clientId);
        if (known != null && known.epoch > epoch) {
            return false;
        }
        incomplete.put(
                clientId, new Copy(owner, epoch, new StoredSession(clientId, head), new Marks()));
        return true;
    }

    private boolean complete(Peer from, String clientId, long epoch, Peer owner) {
        Copy copy = incomplete.remove(clientId);
        if (copy == null || !copy.owner.equals(from) || copy.epoch != epoch) {
            return false;
        }
        Copy known = complete.put(clientId, new Copy(owner, epoch, copy.state, copy.marks));
        if (known != null && known.epoch == epoch) {
            copy.marks.noteAll(known.marks); // of some the former owner alone has learned late
        }
        doubtful.remove(clientId);
        disk.keep(copy.state, epoch);
        return true;
    }

    /** This node is cut off: owners send it no more changes, and make copies elsewhere. */
    void cutOff() {
        doubtful.addAll(complete.keySet());
    }

    /** Whether others may have a later copy of this session under the same epoch. */
    boolean isDoubtful(String clientId) {
        return doubtful.contains(clientId);
    }

    /** The disk has missed something: everything goes there again. */
    void keepAll() {
        complete.values().forEach(copy -> disk.keep(copy.state, copy.epoch));
    }

    private boolean change(Peer owner, SessionChange change) {
        Copy half = incomplete.get(change.clientId());
        Copy copy = half == null ? complete.get(change.clientId()) : half;
        if (copy == null || copy.epoch != change.epoch() || !copy.owner.equals(owner)) {
            return false;
        }
        copy.state.apply(change);
        if (half == null) {
            disk.change(change);
        }
        if (change instanceof SessionChange.Queued queued) {
            copy.marks.note(queued.queued().message());
        }
        return true;
    }

    private boolean marks(Peer owner, String clientId, long epoch, Marks marks) {
        Copy copy = incomplete.get(clientId);
        if (copy == null || copy.epoch != epoch || !copy.owner.equals(owner)) {
            return false;
        }
        incomplete.put(clientId, new Copy(owner, epoch, copy.state, marks));
        return true;
    }

    private boolean drop(String clientId, long epoch) {
        Copy copy = complete.get(clientId);
        if (copy != null && copy.epoch <= epoch) {
            complete.remove(clientId);
            doubtful.remove(clientId);
            disk.drop(clientId, copy.epoch);
        }
        return true;
    }

    /** Keeps what this node owned until the next owner says that it has copies. */
    void retain(Peer self, long epoch, StoredSession state, Marks marks) {
        Copy known = complete.get(state.clientId());
        if (known == null || known.epoch <= epoch) {
            complete.put(state.clientId(), new Copy(self, epoch, state, marks));
            doubtful.remove(state.clientId());
        }
    }

    /** The complete copy of this epoch, or null. */
    @Nullable Copy get(String clientId, long epoch) {
        Copy copy = complete.get(clientId);
        return copy != null && copy.epoch == epoch ? copy : null;
    }

    /** The complete copy of an owner, or of the one before if that had not made any; or null. */
    @Nullable Copy get(String clientId, long epoch, long formerEpoch) {
        Copy copy = get(clientId, epoch);
        return copy == null ? get(clientId, formerEpoch) : copy;
    }

    /** Whether one of the sessions has had the message. */
    boolean cover(Origin origin) {
        return complete.values().stream().anyMatch(copy -> copy.marks.cover(origin));
    }

    /** Forgets a copy of this epoch or an earlier one. */
    void remove(String clientId, long epoch) {
        drop(clientId, epoch);
    }

    /** The complete copies of sessions that these nodes owned. */
    List<Copy> of(Set<Peer> owners) {
        List<Copy> found = new ArrayList<>();
        for (Copy copy : complete.values()) {
            if (owners.contains(copy.owner)) {
                found.add(copy);
            }
        }
        return found;
    }

    /** Half a copy of a dead owner is of no use. */
    void departed(Peer owner) {
        incomplete.values().removeIf(copy -> copy.owner.equals(owner));
    }
}
