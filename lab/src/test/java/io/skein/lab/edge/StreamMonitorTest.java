package io.skein.lab.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamMonitorTest {
    private static final short TAG = 7;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final DevicePlan plan = DevicePlan.of(2, DeviceProfiles.named("readings"), 0);
    private final StreamMonitor monitor = new StreamMonitor(plan, TAG, 0);
    private final ByteBuf buffer = Unpooled.buffer().writeZero(ReadingPayload.BYTES);

    private void reading(int device, int sequence, long atNanos) {
        ReadingPayload.writeReading(buffer, 0, device, sequence, TAG);
        monitor.arrived(buffer, 0, ReadingPayload.BYTES, atNanos);
    }

    private void marker(int device, int sent, long atNanos) {
        ReadingPayload.writeMarker(buffer, 0, device, sent, TAG);
        monitor.arrived(buffer, 0, ReadingPayload.BYTES, atNanos);
    }

    @Test
    @DisplayName("What is lost, repeated and out of order is counted to the message")
    void counts() {
        reading(0, 0, 1);
        reading(0, 2, 2);
        reading(0, 1, 3);
        reading(0, 1, 4);
        reading(1, 3, 5);
        assertThat(monitor.received()).isEqualTo(5);
        assertThat(monitor.distinct()).isEqualTo(4);
        assertThat(monitor.duplicates()).isEqualTo(1);
        assertThat(monitor.outOfOrder()).isEqualTo(1);
        assertThat(monitor.lastNanos()).isEqualTo(5);
    }

    @Test
    @DisplayName("The stream ends at the instant of the last marker, which says how much there was")
    void markers() {
        reading(0, 0, 1);
        marker(0, 1, 2);
        marker(0, 1, 3);
        assertThat(monitor.ended()).isNotDone();
        marker(1, 4, 9);
        assertThat(monitor.ended()).isCompletedWithValue(9L);
        assertThat(monitor.markedReadings()).isEqualTo(5);
        assertThat(monitor.received()).isEqualTo(1);
    }

    @Test
    @DisplayName("Latency counts from the instant a reading was due, once, after the warm-up")
    void latency() {
        StreamMonitor warm = new StreamMonitor(plan, TAG, SECOND);
        warm.start(5 * SECOND);
        for (int sequence : new int[] {0, 1, 1}) {
            ReadingPayload.writeReading(buffer, 0, 1, sequence, TAG);
            warm.arrived(
                    buffer,
                    0,
                    ReadingPayload.BYTES,
                    5 * SECOND + plan.line(1).dueNanos(sequence) + 3 * MILLI);
        }
        assertThat(warm.latency().getTotalCount()).isEqualTo(1);
        assertThat(warm.latency().getMaxValue()).isBetween(3 * MILLI - 5_000, 3 * MILLI + 5_000);
    }

    @Test
    @DisplayName("Payloads of another run, of no device, or too short are not counted as received")
    void stale() {
        ReadingPayload.writeReading(buffer, 0, 0, 0, (short) 8);
        monitor.arrived(buffer, 0, ReadingPayload.BYTES, 1);
        reading(2, 0, 1);
        ReadingPayload.writeReading(buffer, 0, 0, 0, TAG);
        monitor.arrived(buffer, 0, ReadingPayload.BYTES - 1, 1);
        assertThat(monitor.stale()).isEqualTo(3);
        assertThat(monitor.received()).isZero();
    }
}
