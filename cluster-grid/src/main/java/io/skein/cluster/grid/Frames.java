package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Message;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Origin;
import io.skein.cluster.codec.CorruptStateException;
import io.skein.cluster.codec.KnownNames;
import io.skein.cluster.codec.NumberedMessages;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What nodes of a grid say to each other over their links: kinds and bodies of frames. */
final class Frames {
    private static final int SCRATCH_BYTES_MAXIMUM = 64 << 10;

    /** Where a thread writes its messages, of which each is then copied once. */
    private static final ThreadLocal<ByteBuf> SCRATCH =
            ThreadLocal.withInitial(() -> Unpooled.buffer(256));

    /** A message for all subscribers of the receiver, as {@link #published} writes it. */
    static final int PUBLISH = 1;

    /** A {@link Parcel}. */
    static final int PARCEL = 2;

    /** A message for the sessions that the receiver has adopted from a node that died. */
    static final int INHERITANCE = 3;

    /** The former owner of a session is asked to let it go: a {@link Claimed}. */
    static final int RELINQUISH = 4;

    /** Mail for a session that moves is to be sent to its next owner as well: a {@link Move}. */
    static final int DIVERT = 5;

    /** What the sender publishes from here on is diverted: a {@link Mark}, for both owners. */
    static final int DIVERTED = 6;

    /**
     * The former owner has let go, and everything that came its way was passed on: {@link LetGo}.
     */
    static final int RELINQUISHED = 7;

    /** The next owner is reached by its own routes: a Mark. */
    static final int SETTLED = 8;

    /** How far the sender has come with the members of a round: a {@link Stage}. */
    static final int STAGE = 9;

    /**
     * Changes of sessions that the sender owns, or has copies of, and the receiver keeps copies of:
     * entries of {@link #COPY_CHANGE} and the others, each followed by its value. Refused if not
     * all fitted.
     */
    static final int COPY = 10;

    /**
     * The sender looks for a copy: a {@link Seek}. Answered after the receiver has sent what it
     * has.
     */
    static final int SEEK = 11;

    /**
     * Whether somebody here has had a message for a group: its {@link Origin}. Refused where nobody
     * has.
     */
    static final int INQUIRY = 12;

    /** How much the sender has to do: a {@link NodeLoad}. */
    static final int LOAD = 13;

    /**
     * Of which dead nodes the sender keeps messages for whoever adopts their sessions: {@link
     * Kept}.
     */
    static final int KEPT = 14;

    /** Whether the sender is a member to the receiver: empty; refused where it is not. */
    static final int ALIVE = 15;

    /** The sender has the session that it was asked to let go of: a {@link Mark}. */
    static final int HELD = 16;

    /**
     * The sender keeps a copy of a dead node's session, and its entry names the receiver: a {@link
     * Mark}. Answered when the receiver has adopted it, or need not.
     */
    static final int ORPHAN = 17;

    /** A change. */
    static final int COPY_CHANGE = 0;

    /** Client id, epoch and head: a whole session follows. */
    static final int COPY_BEGIN = 1;

    /** Client id, epoch and who owned it then: it was all. */
    static final int COPY_COMPLETE = 2;

    /** Client id, epoch and {@link Marks}: what the session has had from other nodes. */
    static final int COPY_MARKS = 4;

    /** Client id and epoch: that copy, and those before, are of no use any more. */
    static final int COPY_DROP = 3;

    private Frames() {}

    /**
     * A message for some of the receiver's subscribers.
     *
     * @param everyone whether all plain subscribers get it
     * @param again whether some of them may have had it: its client has sent it again
     * @param shares groups that the receiver is to choose a member of
     * @param sessions sessions that get it although no route leads to them
     */
    record Parcel(
            Message message,
            boolean everyone,
            boolean again,
            List<TopicFilter> shares,
            List<String> sessions) {
        private static final int EVERYONE = 1;
        private static final int AGAIN = 2;

        /** The same for all but these sessions. */
        Parcel without(List<String> others) {
            List<String> left = new ArrayList<>(sessions);
            left.removeAll(others);
            return new Parcel(message, everyone, again, shares, left);
        }

        byte[] encoded() {
            return Frames.encoded(out -> {
                out.number((everyone ? EVERYONE : 0) | (again ? AGAIN : 0));
                writeFilters(out, shares);
                out.number(sessions.size());
                sessions.forEach(out::string);
                out.message(message);
            });
        }

        static Parcel decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            long flags = reader.number();
            List<TopicFilter> shares = readFilters(reader);
            List<String> sessions = new ArrayList<>();
            for (long left = reader.number(); left > 0; left--) {
                sessions.add(reader.string());
            }
            return new Parcel(
                    reader.message(),
                    (flags & EVERYONE) != 0,
                    (flags & AGAIN) != 0,
                    shares,
                    sessions);
        }
    }

    /**
     * A message for sessions of a node that died.
     *
     * @param only for whose session alone; null for all that want it
     */
    record Inheritance(Peer departed, @Nullable String only, Message message) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                writePeer(out, departed);
                out.string(only == null ? "" : only); // nobody's client id
                out.message(message);
            });
        }

        static Inheritance decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            Peer departed = readPeer(reader);
            String only = reader.string();
            return new Inheritance(departed, only.isEmpty() ? null : only, reader.message());
        }
    }

    /**
     * A session has another owner.
     *
     * @param formerEpoch of the receiver's ownership
     * @param epoch of the sender's
     * @param discard whether the session ends, and what it held is of no interest
     * @param will as which message the sender would publish its will; null where it would not
     */
    record Claimed(
            String clientId, long formerEpoch, long epoch, boolean discard, @Nullable Origin will) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.string(clientId);
                out.number(formerEpoch);
                out.number(epoch);
                out.number(discard ? 1 : 0);
                out.number(will == null ? 0 : 1);
                if (will != null) {
                    out.origin(will);
                }
            });
        }

        static Claimed decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new Claimed(
                    reader.string(),
                    reader.number(),
                    reader.number(),
                    reader.number() != 0,
                    reader.number() == 0 ? null : reader.origin());
        }
    }

    /** Where mail for these filters of a session is to go. */
    record Move(String clientId, long epoch, Peer to, List<TopicFilter> filters) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.string(clientId);
                out.number(epoch);
                writePeer(out, to);
                writeFilters(out, filters);
            });
        }

        static Move decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new Move(
                    reader.string(), reader.number(), readPeer(reader), readFilters(reader));
        }
    }

    /** A step in the move of a session. */
    record Mark(String clientId, long epoch) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.string(clientId);
                out.number(epoch);
            });
        }

        static Mark decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new Mark(reader.string(), reader.number());
        }
    }

    /**
     * A session is the next owner's.
     *
     * @param diverted whether members have diverted its mail, and have said so to the next owner
     */
    record LetGo(String clientId, long epoch, boolean diverted) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.string(clientId);
                out.number(epoch);
                out.number(diverted ? 1 : 0);
            });
        }

        static LetGo decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new LetGo(reader.string(), reader.number(), reader.number() != 0);
        }
    }

    /** A copy of either epoch is looked for. */
    record Seek(String clientId, long epoch, long formerEpoch) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.string(clientId);
                out.number(epoch);
                out.number(formerEpoch);
            });
        }

        static Seek decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new Seek(reader.string(), reader.number(), reader.number());
        }
    }

    /** Nodes that died. */
    record Kept(Set<Peer> dead) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.number(dead.size());
                dead.forEach(peer -> writePeer(out, peer));
            });
        }

        static Kept decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            Set<Peer> dead = new LinkedHashSet<>();
            for (long left = reader.number(); left > 0; left--) {
                dead.add(readPeer(reader));
            }
            return new Kept(dead);
        }
    }

    /** A stage that the sender has reached in a view. */
    record Stage(long round, int stage) {
        byte[] encoded() {
            return Frames.encoded(out -> {
                out.number(round);
                out.number(stage);
            });
        }

        static Stage decoded(ByteBuf in) {
            StateReader reader = new StateReader(in);
            return new Stage(reader.number(), (int) reader.number());
        }
    }

    /** The ordinal of the message, 0 for none, up to where all are answered, then the message. */
    static byte[] published(Message message) {
        ByteBuf out = SCRATCH.get().clear();
        out.writeLong(0).writeLong(0);
        new StateWriter(out).message(message);
        if (out.capacity() > SCRATCH_BYTES_MAXIMUM) {
            SCRATCH.remove();
        }
        return bytes(out);
    }

    /** Says of a published message which of its sender's it is. */
    static void number(byte[] published, Origin origin) {
        ByteBuffer.wrap(published)
                .putLong(0, origin.ordinal())
                .putLong(Long.BYTES, origin.answered());
    }

    /** Reads what {@link #published} wrote. */
    static Message message(Peer from, ByteBuf in, KnownNames names) {
        long ordinal = in.readLong();
        long answered = in.readLong();
        return new StateReader(in, NumberedMessages.NONE, names)
                .message(
                        ordinal == 0
                                ? null
                                : new Origin(from.node(), from.incarnation(), ordinal, answered));
    }

    static byte[] inquiry(Origin origin) {
        return encoded(out -> out.origin(origin));
    }

    static Origin inquiry(ByteBuf in) {
        return new StateReader(in).origin();
    }

    static byte[] load(NodeLoad load) {
        return encoded(out -> {
            out.number(load.connections());
            out.number(load.processorPercent());
            out.number(load.accepting() ? 1 : 0);
        });
    }

    static NodeLoad load(ByteBuf body) {
        StateReader in = new StateReader(body);
        try {
            return new NodeLoad(in.number(), Math.toIntExact(in.number()), in.number() == 1);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CorruptStateException("a load", e);
        }
    }

    static byte[] encoded(Consumer<StateWriter> content) {
        ByteBuf out = Unpooled.buffer(256);
        content.accept(new StateWriter(out));
        return bytes(out);
    }

    static byte[] bytes(ByteBuf out) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    static void writePeer(StateWriter out, Peer peer) {
        out.string(peer.node());
        out.number(peer.incarnation());
    }

    static Peer readPeer(StateReader in) {
        return new Peer(in.string(), in.number());
    }

    static void writeFilters(StateWriter out, Collection<TopicFilter> filters) {
        out.number(filters.size());
        filters.forEach(filter -> out.string(filter.text()));
    }

    static List<TopicFilter> readFilters(StateReader in) {
        List<TopicFilter> filters = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) {
            filters.add(TopicFilter.of(in.string()));
        }
        return filters;
    }
}
