package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Clients that move at random, publishers on every node, and a node that dies and comes back. Each
 * session is held against what was acknowledged. {@code -Dskein.storm.rounds} runs more than one,
 * {@code -Dskein.storm.seconds} makes each longer, {@code -Dskein.storm.seed} begins with this
 * seed: it decides who moves, publishes and dies when, and the threads decide the rest.
 */
class GridStormTest {
    private static final int ROUNDS = Integer.getInteger("skein.storm.rounds", 1);
    private static final int SECONDS = Integer.getInteger("skein.storm.seconds", 6);
    private static final long SEED = Long.getLong("skein.storm.seed", System.nanoTime());

    @Test
    void whatWasAcknowledgedIsInEverySessionOnceAndInOrder() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            try (Storm storm = new Storm(seed)) {
                storm.rage(Duration.ofSeconds(SECONDS));
                await("calm after -Dskein.storm.seed=" + seed)
                        .atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(storm.unanswered()).isEmpty());
                assertThat(storm.findings()).as("-Dskein.storm.seed=%d", seed).isEmpty();
            }
        }
    }
}
