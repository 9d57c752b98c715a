package io.skein.lab.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinkWayTest {
    private static final long MILLI = 1_000_000;

    private static LinkWay way(String figures) {
        LinkProfile profile = LinkProfiles.parse("none:" + figures);
        return new LinkWay(profile, profile.up(), new SplittableRandom(7), 0);
    }

    @Test
    @DisplayName("A segment arrives after its delay and the time its bytes and headers take")
    void delayAndBandwidth() {
        LinkWay way = way("delay=20ms,bandwidth=1Mbit");
        long each = (934 + WayTraffic.HEADER_BYTES) * 8 * 1_000L; // 8 ms
        assertThat(way.arrivalNanos(934, 0)).isEqualTo(each + 20 * MILLI);
        assertThat(way.arrivalNanos(934, 0)).isEqualTo(2 * each + 20 * MILLI);
        assertThat(way.arrivalNanos(934, 50 * MILLI)).isEqualTo(50 * MILLI + each + 20 * MILLI);
    }

    @Test
    @DisplayName(
            "A lost segment is late by the time TCP waits before it repeats it, then twice that")
    void lossIsAStall() {
        LinkWay way = way("delay=10ms,loss=10%");
        int once = 0;
        int twice = 0;
        for (int i = 0; i < 10_000; i++) {
            long arrival = way.arrivalNanos(100, 0) - 10 * MILLI;
            once += arrival == 200 * MILLI ? 1 : 0;
            twice += arrival == 600 * MILLI ? 1 : 0;
            assertThat(arrival % (200 * MILLI)).isZero();
            way.left(100);
        }
        assertThat(once).isBetween(800, 1_000); // 900 and three deviations
        assertThat(twice).isBetween(60, 120);
        assertThat(way.traffic().lostSegments()).isGreaterThanOrEqualTo(once + 2L * twice);
    }

    @Test
    @DisplayName("A stall is never shorter than the round trip and four deviations of it")
    void stallOfALongLink() {
        assertThat(LinkProfiles.parse("none:delay=300ms,jitter=10ms").retransmissionNanos())
                .isEqualTo(680 * MILLI);
    }

    @Test
    @DisplayName("Jitter is symmetric around the delay and within three deviations")
    void jitter() {
        LinkWay way = way("delay=20ms,jitter=5ms");
        double sum = 0;
        double squares = 0;
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            double off = (way.arrivalNanos(1, 0) - 20 * MILLI) / 1e6;
            assertThat(off).isBetween(-15.0, 15.0);
            sum += off;
            squares += off * off;
            way.left(1);
        }
        assertThat(sum / count).isBetween(-0.11, 0.11);
        assertThat(Math.sqrt(squares / count)).isBetween(4.9, 5.1);
    }

    @Test
    @DisplayName("A direction takes what the link and a buffer of 100 ms hold, and then no more")
    void full() {
        LinkWay way = way("delay=450ms,bandwidth=80Mbit"); // 10 MB/s, 1 s of it
        int segments = 0;
        while (!way.isFull()) {
            way.arrivalNanos(1_000, 0);
            segments++;
        }
        assertThat(segments).isEqualTo(10_000);
        way.left(1_000);
        assertThat(way.isFull()).isFalse();
    }

    @Test
    @DisplayName("Bytes on the wire are those of the connections with headers and repetitions")
    void wireBytes() {
        LinkWay way = way("delay=1ms");
        way.arrivalNanos(1_000, 0);
        way.arrivalNanos(500, 0);
        assertThat(way.traffic().bytes()).isEqualTo(1_500);
        assertThat(way.traffic().wireBytes()).isEqualTo(1_500 + 2 * 66);
    }
}
