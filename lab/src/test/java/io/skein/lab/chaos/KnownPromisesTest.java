package io.skein.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.check.Promises;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownPromisesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "skein|skein-standalone",
                "skein-standalone|skein-standalone",
                "skein:threads=2,durability=os|skein-standalone-os",
                "skein-standalone:durability=none,threads=2|skein-standalone-none",
                "skein:durability=sync|skein-standalone",
                "skein-grid-3|skein-grid",
                "skein-bridge-3:durability=os|skein-bridge",
                "skein-redis-3:cluster.redis=redis://127.0.0.1:6379|skein-redis",
                "skein-grid:threads=2|skein-grid",
                "mosquitto:persistence=true|mosquitto",
                "mosquitto-bridge|everything",
                "rabbitmq|rabbitmq",
                "rabbitmq-cluster:queues=classic|rabbitmq-cluster",
                "./mine.yaml|everything"
            })
    void aTargetHasADeclarationThatIsShipped(String target, String declaration) {
        assertThat(KnownPromises.of(target)).isEqualTo(declaration);
        assertThat(Promises.shipped()).contains(declaration);
    }
}
