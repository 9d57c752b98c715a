package io.skein.lab.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A TCP segment, taken out of a frame of Ethernet, Linux "any", raw IP or BSD loopback; with IPv4
 * or IPv6.
 *
 * @param sequence of its first byte, or of its SYN
 * @param payload as much as was kept of it
 * @param payloadLength what it had
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TcpSegment(
        long atNanos,
        Endpoint from,
        Endpoint to,
        int sequence,
        boolean syn,
        boolean ack,
        boolean fin,
        boolean reset,
        byte[] payload,
        int payloadLength,
        int wireLength) {
    private static final int LINK_NULL = 0;
    private static final int LINK_ETHERNET = 1;
    private static final int LINK_RAW_BSD = 12;
    private static final int LINK_RAW = 101;
    private static final int LINK_LINUX = 113;
    private static final int LINK_LINUX_2 = 276;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86DD;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_VLAN_PROVIDER = 0x88A8;
    private static final int PROTOCOL_TCP = 6;
    private static final int FRAGMENT = 0x3FFF;

    /** The segment in a frame; null if there is none, or only a fragment of one. */
    static @Nullable TcpSegment of(Frame frame) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(frame.bytes(), 0, frame.length()).slice();
            int at =
                    switch (frame.linkType()) {
                        case LINK_ETHERNET -> behindEthernet(bytes);
                        case LINK_NULL -> 4;
                        case LINK_RAW, LINK_RAW_BSD -> 0;
                        case LINK_LINUX -> 16;
                        case LINK_LINUX_2 -> 20;
                        default -> -1;
                    };
            return at < 0 ? null : ip(frame, bytes, at);
        } catch (IndexOutOfBoundsException e) {
            return null; // cut before its payload
        }
    }

    private static int behindEthernet(ByteBuffer bytes) {
        int at = 12;
        int type = bytes.getShort(at) & 0xFFFF;
        while (type == TYPE_VLAN || type == TYPE_VLAN_PROVIDER) {
            at += 4;
            type = bytes.getShort(at) & 0xFFFF;
        }
        return type == TYPE_IPV4 || type == TYPE_IPV6 ? at + 2 : -1;
    }

    private static @Nullable TcpSegment ip(Frame frame, ByteBuffer bytes, int at) {
        int version = bytes.get(at) >> 4 & 0x0F;
        if (version == 4) {
            int header = (bytes.get(at) & 0x0F) * 4;
            int total = bytes.getShort(at + 2) & 0xFFFF;
            boolean fragment = (bytes.getShort(at + 6) & FRAGMENT) != 0;
            if (fragment || bytes.get(at + 9) != PROTOCOL_TCP) {
                return null;
            }
            // A total of 0: the card was to cut it, and the capture came before.
            int end = total == 0 ? frame.wireLength() : at + total;
            return tcp(
                    frame,
                    bytes,
                    at + header,
                    end,
                    address(bytes, at + 12, 4),
                    address(bytes, at + 16, 4));
        }
        if (version == 6 && bytes.get(at + 6) == PROTOCOL_TCP) {
            int end = at + 40 + (bytes.getShort(at + 4) & 0xFFFF);
            return tcp(
                    frame,
                    bytes,
                    at + 40,
                    end,
                    address(bytes, at + 8, 16),
                    address(bytes, at + 24, 16));
        }
        return null;
    }

    private static TcpSegment tcp(
            Frame frame, ByteBuffer bytes, int at, int end, String from, String to) {
        int payload = at + (bytes.get(at + 12) >> 4 & 0x0F) * 4;
        int flags = bytes.get(at + 13);
        int length = Math.max(0, end - payload);
        int kept = Math.clamp(bytes.capacity() - (long) payload, 0, length);
        byte[] copy =
                kept == 0
                        ? new byte[0]
                        : Arrays.copyOfRange(frame.bytes(), payload, payload + kept);
        return new TcpSegment(
                frame.atNanos(),
                new Endpoint(from, bytes.getShort(at) & 0xFFFF),
                new Endpoint(to, bytes.getShort(at + 2) & 0xFFFF),
                bytes.getInt(at + 4),
                (flags & 0x02) != 0,
                (flags & 0x10) != 0,
                (flags & 0x01) != 0,
                (flags & 0x04) != 0,
                copy,
                length,
                frame.wireLength());
    }

    private static String address(ByteBuffer bytes, int at, int length) {
        byte[] address = new byte[length];
        bytes.get(at, address);
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }
}
