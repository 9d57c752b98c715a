package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.cluster.NodeInfo;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {

    private static RedisSettings settings(Map<String, String> options) {
        return RedisSettings.of(new NodeInfo("n", "", ""), options);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://127.0.0.1:6379, 127.0.0.1:6379, false",
        "rediss://user:se%3Acret@redis.example:6380, redis.example:6380, false",
        "'redis-sentinel://a:26379,b:26379/0#main', 'a:26379,b:26379', false",
        "'redis-cluster://a:7000,b:7001', 'a:7000,b:7001', true",
        "'rediss-cluster://a:7000', a:7000, true",
    })
    void anAddressIsOfOneServerOfSentinelsOrOfACluster(
            String address, String shown, boolean isCluster) {
        RedisAddress read = settings(Map.of("redis", address)).address();
        assertThat(read).hasToString(shown);
        assertThat(read.isCluster()).isEqualTo(isCluster);
    }

    @ParameterizedTest
    @CsvSource({
        "redis, http://localhost, begins with redis://",
        "dead-after, 0, cluster.dead-after is a number from 1 to 60",
        "timeout, soon, cluster.timeout is a number from 1 to 60",
        "inbox, -1, cluster.inbox is a number from 1 to",
        "name, a{b}, cluster.name is up to 64",
        "seeds, a:1, has no option 'seeds'",
    })
    void whatIsWrongIsNamed(String option, String value, String message) {
        Map<String, String> options =
                option.equals("redis")
                        ? Map.of(option, value)
                        : Map.of("redis", "redis://localhost", option, value);
        assertThatThrownBy(() -> settings(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void withoutAnAddressTheNodeDoesNotStart() {
        assertThatThrownBy(() -> settings(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster.redis says where Redis is");
    }
}
