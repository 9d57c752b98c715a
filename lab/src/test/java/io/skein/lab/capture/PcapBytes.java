package io.skein.lab.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds captures byte by byte: a conversation over Ethernet and IPv4, one frame a millisecond. */
final class PcapBytes {
    static final int SYN = 2;
    static final int ACK = 16;
    static final int FIN = 1;
    private static final int CLIENT_PORT = 40_000;
    private static final int SERVER_PORT = 1883;

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final boolean nanos;
    private int count;

    /** Sequence numbers pass 2^32 within a few bytes. */
    static final int CLIENT_ISN = 0xFFFF_FFF0;

    static final int SERVER_ISN = 1_000;

    PcapBytes(ByteOrder order, boolean nanos) {
        this.order = order;
        this.nanos = nanos;
    }

    static PcapBytes conversation() {
        return new PcapBytes(ByteOrder.LITTLE_ENDIAN, false)
                .client(SYN, CLIENT_ISN)
                .server(SYN | ACK, SERVER_ISN);
    }

    /** Payload of the client, at this place of its stream, from 0. */
    PcapBytes up(int position, int... bytes) {
        return client(ACK, CLIENT_ISN + 1 + position, bytes);
    }

    PcapBytes down(int position, int... bytes) {
        return server(ACK, SERVER_ISN + 1 + position, bytes);
    }

    PcapBytes client(int flags, int sequence, int... payload) {
        return record(ethernet(true, flags, sequence, payload));
    }

    PcapBytes server(int flags, int sequence, int... payload) {
        return record(ethernet(false, flags, sequence, payload));
    }

    /** A frame as it is. */
    PcapBytes record(byte[] frame) {
        ByteBuffer header = ByteBuffer.allocate(16).order(order);
        header.putInt(1_000_000).putInt(count++ * (nanos ? 1_000_000 : 1_000));
        header.putInt(frame.length).putInt(frame.length);
        frames.writeBytes(header.array());
        frames.writeBytes(frame);
        return this;
    }

    static byte[] ethernet(boolean fromClient, int flags, int sequence, int... payload) {
        // Ethernet frames are at least 60 bytes long: what is behind the packet is not payload.
        ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 54 + payload.length));
        frame.put(new byte[12]).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
        frame.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
        int client = 0x0A00_0001;
        int server = 0x0A00_0002;
        frame.putInt(fromClient ? client : server).putInt(fromClient ? server : client);
        frame.putShort((short) (fromClient ? CLIENT_PORT : SERVER_PORT));
        frame.putShort((short) (fromClient ? SERVER_PORT : CLIENT_PORT));
        frame.putInt(sequence).putInt(0).put((byte) 0x50).put((byte) flags);
        frame.putShort((short) 1000).putInt(0);
        for (int each : payload) {
            frame.put((byte) each);
        }
        return frame.array();
    }

    byte[] bytes() {
        ByteBuffer header = ByteBuffer.allocate(24).order(order);
        header.putInt(nanos ? 0xA1B23C4D : 0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        header.putLong(0).putInt(65_535).putInt(1);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(header.array());
        file.writeBytes(frames.toByteArray());
        return file.toByteArray();
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }
}
