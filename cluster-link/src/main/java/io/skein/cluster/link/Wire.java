package io.skein.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The layout of what travels on a link. Every packet is its length (4 bytes, of what follows), its
 * type and its body:
 *
 * <pre>
 * CHALLENGE  listener: magic, version, 32 random bytes
 * HELLO      dialler:  cluster, dialler, listener as it was expected, link, whether it was welcomed
 *                      before, 32 random bytes, proof
 * WELCOME    listener: proof, highest sequence received on this link
 * REJECT     listener: why not
 * BATCH      dialler:  first sequence, lowest unanswered one, frames of (length, kind, body)
 * ANSWERS    either:   link, runs of (first sequence, count, reason code, explanation if refused)
 * </pre>
 */
final class Wire {
    static final int MAGIC = 0x534B4C4B; // "SKLK"
    static final int VERSION = 2;
    static final int NONCE_BYTES = 32;
    static final int PROOF_BYTES = 32;

    static final int CHALLENGE = 1;
    static final int HELLO = 2;
    static final int WELCOME = 3;
    static final int REJECT = 4;
    static final int BATCH = 5;
    static final int ANSWERS = 6;

    static final int LENGTH_BYTES = 4;

    /** What a stranger may make this node keep: no packet of a handshake is longer. */
    static final int HANDSHAKE_BYTES_LIMIT = 2048;

    /** What stands before the body of a frame in a batch. */
    static final int FRAME_OVERHEAD_BYTES = LENGTH_BYTES + 1;

    /** A batch is closed when it has grown to this; one longer frame makes a batch of its own. */
    static final int BATCH_BYTES = 128 * 1024;

    private static final int STRING_BYTES_LIMIT = 512;
    private static final int NOT_REFUSED = 0;

    private Wire() {}

    /** Begins a packet at the writer index; {@link #end} completes it. */
    static int begin(ByteBuf out, int type) {
        int start = out.writerIndex();
        out.writeInt(0).writeByte(type);
        return start;
    }

    static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start - LENGTH_BYTES);
    }

    static void writeString(ByteBuf out, String text) {
        out.writeShort(ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }

    static String readString(ByteBuf in) throws WireException {
        int length = in.readUnsignedShort();
        if (length > STRING_BYTES_LIMIT) {
            throw new WireException("a name of " + length + " bytes");
        }
        return in.readString(length, StandardCharsets.UTF_8);
    }

    static byte[] readBytes(ByteBuf in, int count) {
        byte[] bytes = new byte[count];
        in.readBytes(bytes);
        return bytes;
    }

    static void writePeer(ByteBuf out, Peer peer) {
        writeString(out, peer.node());
        out.writeLong(peer.incarnation());
    }

    static Peer readPeer(ByteBuf in) throws WireException {
        return new Peer(readString(in), in.readLong());
    }

    static void writeAnswer(ByteBuf out, long first, int count, @Nullable Refusal refusal) {
        out.writeLong(first).writeInt(count);
        if (refusal == null) {
            out.writeByte(NOT_REFUSED);
            return;
        }
        out.writeByte(refusal.reason().value());
        String explanation = refusal.explanation();
        writeString(out, explanation.length() <= 150 ? explanation : explanation.substring(0, 150));
    }

    static @Nullable Refusal readRefusal(ByteBuf in) throws WireException {
        int value = in.readUnsignedByte();
        if (value == NOT_REFUSED) {
            return null;
        }
        ReasonCode reason = ReasonCode.orNull(value);
        if (reason == null) {
            throw new WireException("no reason code " + value);
        }
        return new Refusal(reason, readString(in));
    }

    /** The other side sent something that this layout does not allow. */
    static final class WireException extends Exception {
        private static final long serialVersionUID = 1L;

        WireException(String message) {
            super(message);
        }
    }
}
