package io.skein.lab.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DevicePlanTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    @DisplayName(
            "A thousand devices with a reading a second make a thousand readings a second, evenly")
    void readings() {
        DevicePlan plan = DevicePlan.of(1_000, DeviceProfiles.named("readings"), 0);
        assertThat(plan.ratePerSecond()).isCloseTo(1_000, within(0.001));
        assertThat(plan.readings(5 * SECOND)).isEqualTo(5_000);
        assertThat(plan.line(250).dueNanos(3)).isEqualTo(3 * SECOND + SECOND / 4);
        assertThat(plan.line(0).payloadBytes()).isEqualTo(10);
    }

    @Test
    @DisplayName("Classes have their part of the devices; a rate stretches all intervals alike")
    void factory() {
        List<DeviceClass> factory = DeviceProfiles.named("factory");
        DevicePlan plan = DevicePlan.of(1_000, factory, 0);
        assertThat(plan.devices()).isEqualTo(1_000);
        assertThat(plan.ratePerSecond()).isCloseTo(900 + 180 + 5, within(0.001));
        assertThat(plan.line(899).payloadBytes()).isEqualTo(10);
        assertThat(plan.line(900).payloadBytes()).isEqualTo(120);
        assertThat(plan.line(999).payloadBytes()).isEqualTo(2_048);
        assertThat(DevicePlan.of(1_000, factory, 2_170).ratePerSecond())
                .isCloseTo(2_170, within(0.01));
    }

    @Test
    @DisplayName("Readings are those due before the end, none for a device that comes too late")
    void ends() {
        DevicePlan.Line line = new DevicePlan.Line(10, 400, 1_000);
        assertThat(line.readings(400)).isZero();
        assertThat(line.readings(401)).isEqualTo(1);
        assertThat(line.readings(1_400)).isEqualTo(1);
        assertThat(line.readings(1_401)).isEqualTo(2);
    }

    @Test
    @DisplayName("Devices that there are not are refused with those there are")
    void unknown() {
        assertThatThrownBy(() -> DeviceProfiles.named("toys"))
                .hasMessage("'toys' names no devices; there are readings, factory, metering");
    }
}
