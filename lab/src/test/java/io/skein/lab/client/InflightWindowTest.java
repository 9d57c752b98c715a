package io.skein.lab.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflightWindowTest {
    private final InflightWindow window = new InflightWindow();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyOpenIdentifierIsFoundAndNoOther(long seed) {
        Random random = new Random(seed);
        Map<Integer, Long> open = new HashMap<>();
        for (long token = 0; token < 300_000; token++) {
            if (open.size() < 2_000 || random.nextBoolean()) {
                int id = window.open(InflightWindow.PUBACK, token, PublishCallback.NONE, null);
                assertThat(id).isBetween(1, 65_535);
                assertThat(open.put(id, token)).as("seed %d: %d is in use", seed, id).isNull();
            }
            if (open.size() >= 2_000) {
                int id = open.keySet().iterator().next();
                int slot = window.find(id, InflightWindow.PUBACK);
                assertThat(window.token(slot)).isEqualTo(open.remove(id));
                window.close(slot);
                assertThat(window.find(id, InflightWindow.PUBACK)).isEqualTo(-1);
            }
        }
        assertThat(window.publishes()).isEqualTo(open.size());
    }

    @Test
    void anIdentifierThatStaysOpenIsNeverGivenOutAgain() {
        int stuck = window.open(InflightWindow.PUBREC, 0, PublishCallback.NONE, null);

        for (int i = 0; i < 200_000; i++) {
            int id = window.open(InflightWindow.PUBACK, i, PublishCallback.NONE, null);
            assertThat(id).isNotEqualTo(stuck);
            window.close(window.find(id, InflightWindow.PUBACK));
        }
    }

    @Test
    void entriesAreVisitedOldestFirstAlsoAcrossTheWrap() {
        for (int i = 0; i < 65_530; i++) {
            int id = window.open(InflightWindow.PUBACK, i, PublishCallback.NONE, null);
            window.close(window.find(id, InflightWindow.PUBACK));
        }
        for (long token = 0; token < 20; token++) {
            window.open(InflightWindow.PUBACK, token, PublishCallback.NONE, null);
        }
        List<Long> tokens = new ArrayList<>();

        window.oldestFirst(slot -> tokens.add(window.token(slot)));

        assertThat(tokens).hasSize(20).isSorted();
    }

    @Test
    void itHoldsAsManyAsItSays() {
        int count = 0;
        while (window.hasRoom()) {
            window.open(InflightWindow.PUBACK, 0, PublishCallback.NONE, null);
            count++;
        }
        assertThat(count).isGreaterThan(64_000);
    }
}
