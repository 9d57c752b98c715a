package io.skein.lab.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "mqtt://broker:1884, mqtt://broker:1884",
        "tcp://broker, mqtt://broker:1883",
        "MQTT://broker/, mqtt://broker:1883",
        "broker, mqtt://broker:1883",
        "broker:99, mqtt://broker:99",
        "mqtts://broker, mqtts://broker:8883",
        "ssl://broker:1, mqtts://broker:1",
        "mqtt://[::1]:1884, mqtt://[::1]:1884",
        "mqtt://[fe80::1], mqtt://[fe80::1]:1883",
        "::1, mqtt://[::1]:1883",
        "ws://broker, ws://broker:80/mqtt",
        "ws://broker:8083/, ws://broker:8083/mqtt",
        "wss://[::1]/a/b, wss://[::1]:443/a/b"
    })
    void addressesAreReadAsPeopleWriteThem(String text, String expected) {
        assertThat(BrokerAddress.parse(text)).hasToString(expected);
    }

    @Test
    void credentialsAndTopicAreTakenApart() {
        BrokerUrl url = BrokerUrl.parse("mqtt://us%40er:p%3Aa+ss@host:1/a/b/#");

        assertThat(url.username()).isEqualTo("us@er");
        assertThat(url.password()).isEqualTo("p:a+ss");
        assertThat(url.topic()).isEqualTo("a/b/#");
        assertThat(url.toString()).doesNotContain("p:a+ss");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://broker",
                "mqtt://",
                "mqtt://:1883",
                "mqtt://broker:0",
                "mqtt://broker:65536",
                "mqtt://broker:x",
                "mqtt://[::1",
                "mqtt://[::1]1883"
            })
    void whatIsNoAddressIsQuotedInTheError(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerUrl.parse(text))
                .withMessageContaining(text);
    }

    @Test
    void aTargetMustNotNameATopic() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerAddress.parse("mqtt://host/topic"));
    }
}
