package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Durability;
import io.skein.cluster.RefusedException;
import io.skein.mqtt.topic.TopicFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens, the store holds what a plain model holds; a failure names the seed. */
class JournalModelTest {
    private static final JournalLimits COMPACTS_OFTEN =
            new JournalLimits(1 << 20, 1 << 10, 2_000, 1_000, 6_000, 2, 1);

    @TempDir Path temporary;

    @Test
    void restarts_and_compactions_lose_and_invent_nothing() throws IOException {
        for (long seed = 0; seed < 6; seed++) {
            Path directory = Files.createDirectory(temporary.resolve("s" + seed));
            Traffic traffic = new Traffic(seed);
            Model model = new Model();
            for (int start = 0; start < 4; start++) {
                try (TestNode node = node(directory, Disk.REAL)) {
                    holdsTheModel("seed %d, start %d".formatted(seed, start), node, model);
                    traffic.adopt(node.broker);
                    for (int step = 0; step < 300; step++) {
                        traffic.step(node, model);
                    }
                }
                long bytes = 0;
                for (Path segment : TestNode.segments(directory)) {
                    bytes += Files.size(segment);
                }
                assertThat(bytes).as("seed %d", seed).isLessThan(60_000);
            }
        }
    }

    @Test
    void a_kill_between_any_two_steps_loses_nothing() throws IOException {
        Traffic traffic = new Traffic(7);
        Model model = new Model();
        Path directory = Files.createDirectory(temporary.resolve("killed"));
        try (TestNode node = node(directory, Disk.REAL)) {
            for (int step = 0; step < 400; step++) {
                traffic.step(node, model);
                if (step % 10 == 0) {
                    Path copy = temporary.resolve("copy" + step);
                    try (TestNode second = TestNode.afterKill(directory, copy)) {
                        holdsTheModel("step " + step, second, model);
                    }
                }
            }
        }
    }

    @Test
    void a_disk_that_fails_at_any_moment_loses_nothing_that_was_acknowledged() throws IOException {
        for (long seed = 100; seed < 130; seed++) {
            Path directory = Files.createDirectory(temporary.resolve("f" + seed));
            Random random = new Random(seed);
            FaultyDisk disk = new FaultyDisk();
            Traffic traffic = new Traffic(seed);
            Model model = new Model();
            try (TestNode node = node(directory, disk)) {
                for (int failure = 0; failure < 3; failure++) {
                    for (int step = 0; step < 60; step++) {
                        stepUnlessRefused(traffic, node, model);
                    }
                    disk.operations.set(random.nextInt(20));
                    for (int step = 0; step < 20; step++) {
                        stepUnlessRefused(traffic, node, model);
                    }
                    disk.heal();
                }
                // Killed at a moment when the disk has failed.
                disk.operations.set(random.nextInt(20));
                for (int step = 0; step < 20; step++) {
                    stepUnlessRefused(traffic, node, model);
                }
                disk.heal();
                await().until(() -> node.retain(TestNode.message("last", "x")).isEmpty());
                model.retain(TestNode.message("last", "x"));
            }
            try (TestNode node = node(directory, Disk.REAL)) {
                holdsTheModel("seed " + seed, node, model);
            }
        }
    }

    private static void stepUnlessRefused(Traffic traffic, TestNode node, Model model) {
        try {
            traffic.step(node, model);
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(RefusedException.class);
        }
    }

    private static TestNode node(Path directory, Disk disk) {
        return new TestNode(directory, disk, Durability.OS, COMPACTS_OFTEN, TestNode.START_NANOS);
    }

    private static void holdsTheModel(String when, TestNode node, Model model) {
        assertThat(Model.views(node.broker.adopted))
                .as(when)
                .isEqualTo(model.viewsAfterRestart(TestNode.START_NANOS));
        assertThat(node.cluster.match(TopicFilter.of("#")).toCompletableFuture().join())
                .toIterable()
                .as(when)
                .containsExactlyInAnyOrderElementsOf(model.retained());
    }
}
