package io.skein.lab.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads captures in the form of libpcap (micro- or nanoseconds, either byte order) and in that of
 * pcapng, frame by frame. A file that ends within a frame, as one does whose writer was stopped,
 * ends before it.
 *
 * <p>Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
final class PcapReader {
    private static final int MAGIC_MICROS = 0xA1B2C3D4;
    private static final int MAGIC_NANOS = 0xA1B23C4D;
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int SECTION_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;
    private static final int OPTION_RESOLUTION = 9;
    private static final int FILE_HEADER_REST = 20;
    private static final int RECORD_HEADER = 16;
    private static final int BLOCK_LIMIT = 64 * 1024 * 1024;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final InputStream in;
    private final FrameSink sink;
    private final List<Interface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean truncated;

    /** Where frames of a pcapng come from: what they are, and how many units make a second. */
    private record Interface(int linkType, int snapLength, long unitsPerSecond) {}

    private PcapReader(InputStream in, FrameSink sink) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.sink = sink;
    }

    /**
     * Hands every frame to the sink.
     *
     * @return whether the file ended within a frame
     * @throws CaptureFormatException if it is not a capture
     */
    static boolean read(InputStream in, FrameSink sink) throws IOException {
        PcapReader reader = new PcapReader(in, sink);
        reader.read();
        return reader.truncated;
    }

    private void read() throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4) {
            throw new CaptureFormatException("the file is too short for a capture");
        }
        int big = ByteBuffer.wrap(magic).getInt();
        int little = Integer.reverseBytes(big);
        if (big == SECTION_HEADER) {
            readBlocks();
        } else if (big == MAGIC_MICROS || big == MAGIC_NANOS) {
            order = ByteOrder.BIG_ENDIAN;
            readRecords(big == MAGIC_NANOS);
        } else if (little == MAGIC_MICROS || little == MAGIC_NANOS) {
            order = ByteOrder.LITTLE_ENDIAN;
            readRecords(little == MAGIC_NANOS);
        } else {
            throw new CaptureFormatException(
                    "the file is neither pcap nor pcapng: it begins with %08x".formatted(big));
        }
    }

    private void readRecords(boolean nanos) throws IOException {
        ByteBuffer header = next(FILE_HEADER_REST);
        if (header == null) {
            return;
        }
        int linkType = header.getInt(16) & 0xFFFF; // above are bits on the check sum of frames
        for (ByteBuffer record = next(RECORD_HEADER);
                record != null;
                record = next(RECORD_HEADER)) {
            long seconds = record.getInt() & 0xFFFF_FFFFL;
            long fraction = record.getInt() & 0xFFFF_FFFFL;
            int kept = record.getInt();
            int wire = record.getInt();
            byte[] bytes = in.readNBytes(checked(kept));
            if (bytes.length < kept) {
                truncated = true;
                return;
            }
            sink.frame(
                    new Frame(
                            seconds * NANOS_PER_SECOND + fraction * (nanos ? 1 : 1_000),
                            linkType,
                            bytes,
                            kept,
                            wire));
        }
    }

    private static int checked(int length) throws CaptureFormatException {
        if (length < 0 || length > BLOCK_LIMIT) {
            throw new CaptureFormatException(
                    "the capture is broken: a frame of %d bytes".formatted(length & 0xFFFF_FFFFL));
        }
        return length;
    }

    /** So many bytes; null at the end of the file, clean or not. */
    private @Nullable ByteBuffer next(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            truncated |= bytes.length > 0 || length == 0;
            return null;
        }
        return ByteBuffer.wrap(bytes).order(order);
    }

    private void readBlocks() throws IOException {
        int type = SECTION_HEADER;
        while (true) {
            ByteBuffer block = type == SECTION_HEADER ? section() : block();
            if (block == null) {
                return;
            }
            switch (type) {
                case SECTION_HEADER -> interfaces.clear();
                case INTERFACE_DESCRIPTION -> interfaces.add(description(block));
                case ENHANCED_PACKET -> enhanced(block);
                case SIMPLE_PACKET -> simple(block);
                default -> {} // names, statistics, comments
            }
            ByteBuffer head = next(4);
            if (head == null) {
                return;
            }
            type = head.getInt();
        }
    }

    /** The body of a section header, which tells the order of bytes of what follows. */
    private @Nullable ByteBuffer section() throws IOException {
        byte[] head = in.readNBytes(8);
        if (head.length < 8) {
            truncated = true;
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        if (fields.getInt(4) == SECTION_MAGIC) {
            order = ByteOrder.BIG_ENDIAN;
        } else if (fields.getInt(4) == Integer.reverseBytes(SECTION_MAGIC)) {
            order = ByteOrder.LITTLE_ENDIAN;
        } else {
            throw new CaptureFormatException("the capture is broken: no magic in a section");
        }
        return next(checked(fields.order(order).getInt(0) - 12));
    }

    /** The body of any other block, without type and lengths. */
    private @Nullable ByteBuffer block() throws IOException {
        ByteBuffer length = next(4);
        if (length == null) {
            truncated = true;
            return null;
        }
        int total = checked(length.getInt());
        ByteBuffer whole = next(checked(total - 8));
        return whole == null ? null : whole.slice(0, whole.capacity() - 4).order(order);
    }

    private static Interface description(ByteBuffer block) {
        long units = 1_000_000;
        int at = 8;
        while (at + 4 <= block.capacity()) {
            int code = block.getShort(at) & 0xFFFF;
            int length = block.getShort(at + 2) & 0xFFFF;
            if (code == OPTION_RESOLUTION && length == 1) {
                int value = block.get(at + 4);
                units = value >= 0 ? (long) Math.pow(10, value) : 1L << (value & 0x3F);
            }
            at += 4 + (length + 3 & ~3);
        }
        int snap = block.getInt(4);
        return new Interface(
                block.getShort(0) & 0xFFFF, snap == 0 ? Integer.MAX_VALUE : snap, units);
    }

    private void enhanced(ByteBuffer block) throws CaptureFormatException {
        int number = block.getInt(0);
        if (number < 0 || number >= interfaces.size()) {
            throw new CaptureFormatException("the capture is broken: a frame of no interface");
        }
        Interface from = interfaces.get(number);
        long units = (block.getInt(4) & 0xFFFF_FFFFL) << 32 | (block.getInt(8) & 0xFFFF_FFFFL);
        long perSecond = Math.max(1, from.unitsPerSecond());
        long nanos =
                units / perSecond * NANOS_PER_SECOND
                        + Math.round(units % perSecond * (double) NANOS_PER_SECOND / perSecond);
        emit(block, 20, block.getInt(12), block.getInt(16), nanos, from.linkType());
    }

    /** A frame without a time: such a capture tells the order only. */
    private void simple(ByteBuffer block) throws CaptureFormatException {
        if (interfaces.isEmpty()) {
            throw new CaptureFormatException("the capture is broken: a frame of no interface");
        }
        Interface from = interfaces.getFirst();
        int wire = block.getInt(0);
        emit(block, 4, Math.min(wire, from.snapLength()), wire, 0, from.linkType());
    }

    private void emit(ByteBuffer block, int at, int kept, int wire, long nanos, int linkType)
            throws CaptureFormatException {
        if (kept < 0 || at + kept > block.capacity()) {
            throw new CaptureFormatException("the capture is broken: a frame beyond its block");
        }
        byte[] bytes = new byte[kept];
        block.get(at, bytes);
        sink.frame(new Frame(nanos, linkType, bytes, kept, wire));
    }
}
