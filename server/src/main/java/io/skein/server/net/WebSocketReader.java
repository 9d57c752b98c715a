package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Takes the payload out of the frames of one client (RFC 6455 section 5), as it arrives: MQTT does
 * not care where frames end, so none is collected, and how large one is does not matter. Pings and
 * the like come between. Used by one thread.
 */
final class WebSocketReader {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    /** Status of a frame that breaks the rules. */
    static final int PROTOCOL_ERROR = 1002;

    /** Status of data of a kind that is not taken. */
    static final int UNSUPPORTED_DATA = 1003;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int CONTROL_BYTES_MAXIMUM = 125;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;
    private static final int MASK_BYTES = 4;
    private static final int HEADER_BYTES_MAXIMUM = 14;

    /** Who is told of frames that carry no MQTT. */
    interface Control {
        /**
         * A whole control frame.
         *
         * @param opcode {@link #CLOSE}, {@link #PING} or {@link #PONG}
         * @param payload up to 125 bytes in an array of the reader, unmasked
         */
        void frame(int opcode, byte[] payload, int length);
    }

    private final Control control;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES_MAXIMUM);
    private final byte[] controlPayload = new byte[CONTROL_BYTES_MAXIMUM];
    private int headerBytes;
    private int controlBytes;

    /** Of the frame that is being read; -1 between frames. */
    private int opcode = -1;

    private long payloadLeft;
    private int mask;
    private boolean inMessage;
    private boolean ended;

    WebSocketReader(Control control) {
        this.control = control;
    }

    /**
     * Reads everything: afterwards the readable bytes of the buffer are payload, moved to its
     * front. What comes behind a close frame is dropped.
     *
     * @throws WebSocketViolation if the client breaks the rules; what was good before it is lost
     */
    void read(ByteBuf in) throws WebSocketViolation {
        int from = in.readerIndex();
        int end = in.writerIndex();
        int to = from;
        while (from < end && !ended) {
            if (opcode < 0) {
                header.put(headerBytes++, in.getByte(from++));
                if (headerBytes >= 2 && headerBytes == headerLength()) {
                    begin();
                }
            } else {
                int length = (int) Math.min(payloadLeft, end - from);
                if (opcode >= CLOSE) {
                    unmaskControl(in, from, length);
                } else {
                    unmask(in, from, to, length);
                    to += length;
                }
                from += length;
                payloadLeft -= length;
            }
            if (opcode >= 0 && payloadLeft == 0) {
                finish();
            }
        }
        in.writerIndex(to);
    }

    private int headerLength() {
        int length = header.get(1) & 0x7F;
        int extended = length == LENGTH_IN_8_BYTES ? 8 : length == LENGTH_IN_2_BYTES ? 2 : 0;
        return 2 + extended + MASK_BYTES;
    }

    /** The header of a frame is whole. */
    private void begin() throws WebSocketViolation {
        int first = header.get(0) & 0xFF;
        int code = first & 0x0F;
        if ((first & RESERVED) != 0) {
            throw violation("reserved bits are set");
        }
        if ((header.get(1) & MASKED) == 0) {
            throw violation("a frame is not masked");
        }
        long length = payloadLength();
        boolean isLast = (first & FIN) != 0;
        switch (code) {
            case BINARY -> {
                if (inMessage) {
                    throw violation("a message begins within another");
                }
                inMessage = !isLast;
            }
            case CONTINUATION -> {
                if (!inMessage) {
                    throw violation("a continuation of nothing");
                }
                inMessage = !isLast;
            }
            case TEXT -> // [MQTT-6.0.0-1]
                    throw new WebSocketViolation(UNSUPPORTED_DATA, "a text frame");
            case CLOSE, PING, PONG -> {
                if (!isLast || length > CONTROL_BYTES_MAXIMUM) {
                    throw violation("a control frame in parts or of more than 125 bytes");
                }
            }
            default -> throw violation("a frame of unknown kind " + code);
        }
        opcode = code;
        payloadLeft = length;
        mask = header.getInt(headerBytes - MASK_BYTES);
        headerBytes = 0;
        controlBytes = 0;
    }

    private long payloadLength() throws WebSocketViolation {
        int length = header.get(1) & 0x7F;
        if (length < LENGTH_IN_2_BYTES) {
            return length;
        }
        if (length == LENGTH_IN_2_BYTES) {
            int value = Short.toUnsignedInt(header.getShort(2));
            if (value < LENGTH_IN_2_BYTES) {
                throw violation("a length takes more bytes than it needs");
            }
            return value;
        }
        long value = header.getLong(2);
        if (value < 0 || value <= 0xFFFF) {
            throw violation("a length is negative or takes more bytes than it needs");
        }
        return value;
    }

    private void finish() {
        if (opcode >= CLOSE) {
            ended = opcode == CLOSE;
            control.frame(opcode, controlPayload, controlBytes);
        }
        opcode = -1;
    }

    private void unmaskControl(ByteBuf in, int from, int length) {
        for (int i = 0; i < length; i++) {
            controlPayload[controlBytes++] = (byte) (in.getByte(from + i) ^ nextMaskByte());
        }
    }

    /** Moves bytes to a place at or before their own; eight at a time, as the mask repeats. */
    private void unmask(ByteBuf in, int from, int to, int length) {
        long wide = (long) mask << Integer.SIZE | Integer.toUnsignedLong(mask);
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            in.setLong(to + i, in.getLong(from + i) ^ wide);
        }
        for (; i < length; i++) {
            in.setByte(to + i, in.getByte(from + i) ^ nextMaskByte());
        }
    }

    /** The mask turns with every byte. */
    private int nextMaskByte() {
        mask = Integer.rotateLeft(mask, Byte.SIZE);
        return mask;
    }

    private static WebSocketViolation violation(String message) {
        return new WebSocketViolation(PROTOCOL_ERROR, message);
    }
}
