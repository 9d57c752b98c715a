package io.skein.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureListingTest {
    /** MQTT 3.1.1, client "ab", clean, keep alive 60 s: 16 bytes. */
    private static final int[] CONNECT = {
        0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 2, 'a', 'b'
    };

    private static final int[] CONNACK = {0x20, 2, 0, 0};

    /** QoS 2, id 7, topic "t", payload "xyz": 10 bytes. */
    private static final int[] PUBLISH = {0x34, 8, 0, 1, 't', 0, 7, 'x', 'y', 'z'};

    private final List<String> lines = new ArrayList<>();

    private CaptureSummary read(PcapBytes capture, Integer... ports) throws IOException {
        return CaptureListing.read(capture.stream(), Set.of(ports), lines::add);
    }

    private static int[] part(int[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private String listing() {
        return String.join("\n", lines);
    }

    @Test
    @DisplayName("The four packets of QoS 2 are one flight, named and timed")
    void flightOfQos2() throws IOException {
        CaptureSummary summary =
                read(
                        PcapBytes.conversation()
                                .up(0, CONNECT)
                                .down(0, CONNACK)
                                .up(16, PUBLISH)
                                .down(4, 0x50, 2, 0, 7)
                                .up(26, 0x62, 2, 0, 7)
                                .down(8, 0x70, 2, 0, 7)
                                .client(PcapBytes.FIN | PcapBytes.ACK, PcapBytes.CLIENT_ISN + 31));
        assertThat(lines.stream().map(String::strip))
                .containsExactly(
                        "0.000000  #1         TCP          10.0.0.1:40000 connects to 10.0.0.2:1883",
                        "0.002000  #1    C>S  CONNECT      MQTT 3.1.1, client \"ab\", clean, keep alive 60 s"
                                + "  | flight 1 (connect) begins",
                        "0.003000  #1    S>C  CONNACK      success  | flight 1 (connect) done after 1 ms",
                        "0.004000  #1    C>S  PUBLISH      id 7, QoS 2, \"t\", 3 bytes"
                                + "  | flight 2 (QoS 2 up) begins",
                        "0.005000  #1    S>C  PUBREC       id 7  | flight 2 (QoS 2 up), 1 ms after it began",
                        "0.006000  #1    C>S  PUBREL       id 7  | flight 2 (QoS 2 up), 2 ms after it began",
                        "0.007000  #1    S>C  PUBCOMP      id 7  | flight 2 (QoS 2 up) done after 3 ms",
                        "0.008000  #1    C>S  TCP          closes");
        assertThat(summary.mqttConnections()).isEqualTo(1);
        assertThat(summary.packets()).isEqualTo(6);
        assertThat(summary.bytes()).isEqualTo(42);
        assertThat(summary.remarks()).isEmpty();
        assertThat(summary.flights().get("QoS 2 up").done()).isEqualTo(1);
        assertThat(summary.csv()).contains("QoS 2 up,1,1,0,0,");
    }

    @Test
    @DisplayName(
            "Segments out of order, again and overlapping make the same stream; both are counted")
    void reassembly() throws IOException {
        CaptureSummary summary =
                read(
                        PcapBytes.conversation()
                                .up(10, part(CONNECT, 10, 16)) // too early
                                .up(0, part(CONNECT, 0, 12)) // and reaches into it
                                .up(0, part(CONNECT, 0, 12)) // again
                                .down(0, CONNACK)
                                .up(14, 'a', 'b', 0xC0, 0) // what is known, and a PINGREQ
                                .down(4, 0xD0, 0));
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).contains("0.003000", "CONNECT", "client \"ab\"");
        assertThat(lines.get(4)).contains("PINGRESP", "flight 2 (ping) done after 1 ms");
        assertThat(summary.outOfOrder()).isEqualTo(1);
        assertThat(summary.retransmitted()).isEqualTo(2);
        assertThat(summary.bytes()).isEqualTo(18 + 6);
        assertThat(summary.remarks()).isEmpty();
    }

    @Test
    @DisplayName("Bytes that are not in the capture are told, and nothing is made up behind them")
    void gap() throws IOException {
        CaptureSummary summary =
                read(PcapBytes.conversation().up(0, CONNECT).down(0, CONNACK).up(26, 0xC0, 0));
        assertThat(listing()).doesNotContain("PINGREQ");
        assertThat(summary.remarks())
                .singleElement()
                .asString()
                .contains("lacks bytes", "(2 bytes)");
    }

    @Test
    @DisplayName("A message that is sent again under its identifier is the same flight")
    void again() throws IOException {
        int[] publish = {0x32, 7, 0, 1, 't', 0, 9, 'x', 'y'};
        int[] duplicate = publish.clone();
        duplicate[0] |= 8;
        CaptureSummary summary =
                read(
                        PcapBytes.conversation()
                                .up(0, CONNECT)
                                .down(0, CONNACK)
                                .up(16, publish)
                                .up(25, duplicate)
                                .down(4, 0x40, 2, 0, 9)
                                .down(8, 0x40, 2, 0, 9));
        assertThat(lines.get(4)).contains("again (DUP)", "flight 2 (QoS 1 up) again");
        assertThat(lines.get(5)).contains("flight 2 (QoS 1 up) done after 2 ms");
        assertThat(lines.get(6)).contains("began before the capture, or never");
        assertThat(summary.flights().get("QoS 1 up").repeated).isEqualTo(1);
    }

    @Test
    @DisplayName("A connection that began before the capture is named by its headers")
    void joinedLate() throws IOException {
        CaptureSummary summary =
                read(
                        new PcapBytes(ByteOrder.BIG_ENDIAN, true)
                                .up(500, PUBLISH)
                                .down(300, 0x50, 2, 0, 7),
                        1883);
        assertThat(lines.get(0)).contains("C>S  PUBLISH", "id 7, QoS 2, \"t\"");
        assertThat(lines.get(1)).contains("0.001000", "S>C  PUBREC", "1 ms after it began");
        assertThat(summary.remarks())
                .singleElement()
                .asString()
                .contains("began before the capture");
    }

    @Test
    @DisplayName("Other protocols are named, not read as MQTT")
    void foreign() throws IOException {
        CaptureSummary summary = read(PcapBytes.conversation().up(0, 0x16, 3, 1, 0, 5));
        assertThat(lines).hasSize(1);
        assertThat(summary.mqttConnections()).isZero();
        assertThat(summary.remarks()).singleElement().asString().contains("TLS");
    }

    @Test
    @DisplayName("A packet that MQTT does not allow is shown with the reason")
    void notAllowed() throws IOException {
        read(PcapBytes.conversation().up(0, CONNECT).up(16, CONNECT));
        assertThat(lines.get(2)).contains("not allowed: second CONNECT");
    }

    @Test
    @DisplayName("The same ports again are another connection")
    void portsAgain() throws IOException {
        CaptureSummary summary =
                read(
                        PcapBytes.conversation()
                                .up(0, CONNECT)
                                .client(PcapBytes.SYN, 77)
                                .server(PcapBytes.SYN | PcapBytes.ACK, 88)
                                .client(PcapBytes.ACK, 78, CONNECT));
        assertThat(summary.mqttConnections()).isEqualTo(2);
        assertThat(lines.getLast()).contains("#2", "CONNECT");
    }

    @Test
    @DisplayName("A file that ends within a frame is read up to there")
    void cut() throws IOException {
        byte[] whole = PcapBytes.conversation().up(0, CONNECT).down(0, CONNACK).bytes();
        CaptureSummary summary =
                CaptureListing.read(
                        new ByteArrayInputStream(whole, 0, whole.length - 5), Set.of(), lines::add);
        assertThat(lines).hasSize(2);
        assertThat(summary.remarks()).containsExactly("the file ends within a frame");
    }

    @ParameterizedTest
    @DisplayName("What is no capture is refused with the reason")
    @CsvSource({"'', too short", "this is text, neither pcap nor pcapng"})
    void noCapture(String text, String why) {
        assertThatThrownBy(() ->
                        CaptureListing.read(
                                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                                Set.of(),
                                lines::add))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("A pcapng says the same, with the resolution of its interface")
    void pcapng() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(
                block(
                        0x0A0D0D0A,
                        ByteBuffer.allocate(16)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(0x1A2B3C4D)
                                .putShort((short) 1)
                                .putShort((short) 0)
                                .putLong(-1)));
        file.writeBytes(
                block(
                        1,
                        ByteBuffer.allocate(20)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putShort((short) 1)
                                .putShort((short) 0)
                                .putInt(0)
                                .putShort((short) 9)
                                .putShort((short) 1)
                                .putInt(9)
                                .putInt(0)));
        byte[][] frames = {
            PcapBytes.ethernet(true, PcapBytes.SYN, 5),
            PcapBytes.ethernet(true, PcapBytes.ACK, 6, CONNECT)
        };
        for (int i = 0; i < frames.length; i++) {
            ByteBuffer packet =
                    ByteBuffer.allocate(20 + (frames[i].length + 3) / 4 * 4)
                            .order(ByteOrder.LITTLE_ENDIAN);
            packet.putInt(0).putInt(0).putInt(1_500_000 * i);
            packet.putInt(frames[i].length).putInt(frames[i].length).put(frames[i]);
            file.writeBytes(block(6, packet));
        }
        CaptureListing.read(new ByteArrayInputStream(file.toByteArray()), Set.of(), lines::add);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains("0.001500", "CONNECT", "client \"ab\"");
    }

    private static byte[] block(int type, ByteBuffer content) {
        byte[] body = new byte[content.capacity()];
        content.get(0, body);
        int length = body.length + 12;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(length)
                .put(body)
                .putInt(length)
                .array();
    }
}
