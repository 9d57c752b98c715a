package io.skein.mqtt.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks for streams that no test has thought of; see {@code docs/FUZZING.md}. */
class PacketDecoderFuzz {

    static List<byte[]> inputs() {
        return HostileStreamTest.inputs();
    }

    @MethodSource("inputs")
    @FuzzTest
    void streams(byte[] input) {
        HostileStream.check(input);
    }
}
