package io.skein.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.fixture.Mosquitto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResourceWatchTest {
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final String UPTIME = "$SYS/broker/uptime";

    /** Tells what it is told to. */
    private static final class Told implements FigureSource {
        private final Map<String, Double> figures = new ConcurrentHashMap<>();
        private final AtomicBoolean closed = new AtomicBoolean();
        private final List<Map<String, Double>> asked = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "told";
        }

        @Override
        public Map<String, Double> figures() {
            Map<String, Double> copy = Map.copyOf(figures);
            asked.add(copy);
            return copy;
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    @Test
    void everyIntervalIsAMomentWithTheProcessesAskedFor() {
        long pid = ProcessHandle.current().pid();
        try (ResourceWatch watch = ResourceWatch.start(() -> Set.of(pid), Sources.none(), SHORT)) {
            await().until(() -> watch.moments().size() >= 3);
            assertThat(watch.moments())
                    .allSatisfy(moment -> {
                        assertThat(moment.processes()).hasSize(1);
                        assertThat(moment.residentBytes()).isPositive();
                        assertThat(moment.threads()).isPositive();
                    })
                    .isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
        }
    }

    @Test
    void aProcessThatIsNotThereIsLeftOut() {
        try (ResourceWatch watch =
                ResourceWatch.start(() -> Set.of(Long.MAX_VALUE), Sources.none(), SHORT)) {
            await().until(() -> !watch.moments().isEmpty());
            assertThat(watch.moments().getFirst().processes()).isEmpty();
        }
    }

    @Test
    void ofFiguresOnlyChangesAreKept() {
        Told told = new Told();
        told.figures.put("steady", 1.0);
        told.figures.put("moving", 1.0);
        ResourceWatch watch = ResourceWatch.start(Set::of, new Sources(List.of(told)), SHORT);
        await().until(() -> told.asked.size() >= 3);
        told.figures.put("moving", 2.0);
        watch.end();
        assertThat(watch.readings())
                .extracting(reading -> reading.name() + "=" + reading.value())
                .containsExactlyInAnyOrder("steady=1.0", "moving=1.0", "moving=2.0");
        assertThat(told.closed).as("closed by whoever opened it").isFalse();
    }

    @Test
    void theLastSampleIsTakenAtTheEndAndNoneAfterwards() {
        Told told = new Told();
        ResourceWatch watch =
                ResourceWatch.start(Set::of, new Sources(List.of(told)), Duration.ofHours(1));
        told.figures.put("late", 1.0);
        watch.end();
        assertThat(watch.readings()).extracting(Reading::name).containsExactly("late");
        assertThat(watch.moments()).hasSize(1);
        watch.close();
        assertThat(watch.moments()).hasSize(1);
    }

    @Test
    void figuresThatAreToldFromTimeToTimeAreWaitedFor() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed");
        try (Mosquitto broker = Mosquitto.start("allow_anonymous true", "sys_interval 1");
                Sources sources =
                        Sources.of(broker.address(), null, null, TlsFiles.NONE, List.of())) {
            FigureSource topics = sources.list().getFirst();
            await().until(() ->
                    topics.figures().getOrDefault(UPTIME, 0.0) > 0); // said twice at first
            double before = topics.figures().get(UPTIME);
            sources.awaitFresh(Duration.ofSeconds(30), new StopSignal());
            assertThat(topics.figures().get(UPTIME)).isGreaterThan(before);
        }
    }

    @Test
    void whereThereAreNoSuchFiguresNothingIsWaitedFor() {
        Told told = new Told();
        StopSignal stop = new StopSignal();
        new Sources(List.of(told)).awaitFresh(Duration.ofHours(1), stop);
        assertThat(stop.isRaised()).isFalse();
    }

    @Test
    void aStopEndsTheWait() {
        FigureSource silent =
                new FigureSource() {
                    @Override
                    public String name() {
                        return "silent";
                    }

                    @Override
                    public Map<String, Double> figures() {
                        return Map.of("one", 1.0);
                    }

                    @Override
                    public boolean isOlderThan(long nanos) {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        StopSignal stop = new StopSignal();
        stop.raise();
        new Sources(List.of(silent)).awaitFresh(Duration.ofHours(1), stop);
    }
}
