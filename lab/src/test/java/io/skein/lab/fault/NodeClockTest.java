package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeClockTest {
    @TempDir private Path directory;

    @Test
    void aClockJumpsAndComesBackForItsProgramsAlone() throws FaultFailedException {
        String missing = NodeClock.missing();
        assumeTrue(missing == null, missing);
        NodeClock clock = NodeClock.at(directory.resolve("clock"));

        assertThat(clock.jump(300)).contains("off by");

        List<String> date = new ArrayList<>(clock.prefix());
        date.addAll(List.of("date", "+%s"));
        long real = System.currentTimeMillis() / 1000;
        assertThat(Long.parseLong(ShellCommand.mustRun(date))).isCloseTo(real + 300, within(10L));
        assertThat(Long.parseLong(ShellCommand.mustRun(List.of("date", "+%s"))))
                .isCloseTo(real, within(10L));

        clock.jump(0);

        assertThat(Long.parseLong(ShellCommand.mustRun(date))).isCloseTo(real, within(10L));
    }
}
