package io.skein.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer characters = CharBuffer.allocate(100);

    @Test
    void every_sequence_of_two_bytes_is_judged_as_the_platform_does() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                check(new byte[] {(byte) first, (byte) second});
            }
        }
    }

    @Test
    void sequences_at_the_borders_of_the_unicode_tables_are_judged_as_the_platform_does() {
        int[] borders = {0x00, 0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2};
        int[] leads = {0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
        for (int lead : leads) {
            for (int second : borders) {
                for (int third : borders) {
                    check(new byte[] {(byte) lead, (byte) second, (byte) third});
                    for (int fourth : borders) {
                        check(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    @Test
    void long_texts_are_judged_as_the_platform_does() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = "a long text with é, € and 😀".getBytes(StandardCharsets.UTF_8);
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            check(bytes);
        }
    }

    @Test
    void the_first_fault_is_pointed_at() {
        byte[] bytes = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        assertThat(Utf8.firstFault(bytes)).isEqualTo(-1);
        assertThat(Utf8.firstFault(new byte[0])).isEqualTo(-1);
        for (int i = 0; i < bytes.length; i++) { // [MQTT-1.5.4-2]
            byte[] faulty = bytes.clone();
            faulty[i] = 0;
            assertThat(Utf8.firstFault(faulty)).isEqualTo(i);
        }
    }

    private void check(byte[] bytes) {
        characters.clear();
        boolean wellFormed =
                !strict.reset().decode(ByteBuffer.wrap(bytes), characters, true).isError();
        boolean allowed = wellFormed && characters.flip().toString().indexOf(0) < 0;
        if (Utf8.firstFault(bytes) < 0 != allowed) { // most checks pass: a message for each is slow
            fail("%s is %s", Arrays.toString(bytes), allowed ? "allowed" : "not allowed");
        }
    }
}
