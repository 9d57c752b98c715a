package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HostileStreamTest {

    /** What {@link PacketDecoderFuzz} begins with. */
    static List<byte[]> inputs() {
        return Stream.concat(
                        PacketTable.all().stream().map(HostileStream::of),
                        Corpus.read("streams.hex").stream())
                .toList();
    }

    @Test
    void every_stream_that_fuzzing_has_found_is_packets_or_refused() {
        assertThat(inputs()).hasSizeGreaterThan(PacketTable.all().size());
        for (byte[] input : inputs()) {
            assertThatCode(() -> HostileStream.check(input))
                    .as(HexFormat.of().formatHex(input))
                    .doesNotThrowAnyException();
        }
    }
}
