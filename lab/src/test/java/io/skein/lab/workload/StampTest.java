package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.lab.workload.Stamp.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StampTest {
    private final Stamp stamp = new Stamp(77, 100, new SplittableRandom(1));

    private ByteBuf payload(Stamp by) {
        ByteBuf payload = Unpooled.wrappedBuffer(by.template());
        by.write(payload, 0, 100, 5, 123_456_789_012L, -42);
        return payload;
    }

    @Test
    void whatWasWrittenIsReadBack() {
        ByteBuf payload = payload(stamp);

        assertThat(stamp.judge(payload, 0, 100)).isEqualTo(Verdict.OURS);
        assertThat(stamp.publisher(payload, 0)).isEqualTo(5);
        assertThat(stamp.sequence(payload, 0)).isEqualTo(123_456_789_012L);
        assertThat(stamp.intended(payload, 0)).isEqualTo(-42);
    }

    @Test
    void aChangeOfAnySingleBitIsFound() {
        for (int bit = 0; bit < 800; bit++) {
            ByteBuf payload = payload(stamp);
            payload.setByte(bit / 8, payload.getByte(bit / 8) ^ 1 << bit % 8);

            assertThat(stamp.judge(payload, 0, 100)).as("bit %d", bit).isNotEqualTo(Verdict.OURS);
        }
    }

    @Test
    void aPayloadThatWasCutOrExtendedIsCorrupted() {
        assertThat(stamp.judge(payload(stamp), 0, 99)).isEqualTo(Verdict.CORRUPTED);
        assertThat(stamp.judge(Unpooled.buffer().writeBytes(payload(stamp)).writeZero(1), 0, 101))
                .isEqualTo(Verdict.CORRUPTED);
        assertThat(stamp.judge(Unpooled.EMPTY_BUFFER, 0, 0)).isEqualTo(Verdict.CORRUPTED);
    }

    @Test
    void aPayloadOfAnotherRoundIsStale() {
        Stamp earlier = new Stamp(76, 100, new SplittableRandom(1));

        assertThat(stamp.judge(payload(earlier), 0, 100)).isEqualTo(Verdict.STALE);
    }
}
