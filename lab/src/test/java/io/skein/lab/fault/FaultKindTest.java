package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FaultKindTest {
    @Test
    void aListHasEachKindOnceInItsOrder() {
        assertThat(FaultKind.parse("freeze, KILL,freeze"))
                .containsExactly(FaultKind.FREEZE, FaultKind.KILL);
    }

    @Test
    void whatIsNoFaultIsRefusedWithAllThatAre() {
        assertThatThrownBy(() -> FaultKind.parse("kill,earthquake"))
                .hasMessage(
                        "'earthquake' is no fault; known are kill, restart, freeze, partition, delay,"
                                + " loss, disk, clock");
    }
}
