package io.skein.lab.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.skein.lab.client.TlsFiles;
import io.skein.mqtt.Property;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellOptionsTest {
    @Test
    void aUrlNamesAddressCredentialsAndTopic() {
        ConnectionSettings settings =
                ConnectionSettings.builder().url("mqtt://me:secret@host:1999/a/b").build();

        assertThat(settings.address()).hasToString("mqtt://host:1999");
        assertThat(settings.username()).isEqualTo("me");
        assertThat(settings.password()).isEqualTo("secret");
        assertThat(
                        PublishOptions.builder()
                                .connection(settings)
                                .message("m")
                                .build()
                                .topic()
                                .name())
                .isEqualTo("a/b");
        assertThat(SubscribeOptions.builder().connection(settings).build().filters())
                .singleElement()
                .hasToString("a/b");
    }

    @Test
    void aCertificateSwitchesEncryptionAndPort() {
        assertThat(
                        ConnectionSettings.builder()
                                .tls(new TlsFiles(null, null, null, true))
                                .build()
                                .address())
                .hasToString("mqtts://localhost:8883");
    }

    @Test
    void propertiesGoToTheirPackets() {
        PropertyArguments arguments =
                PropertyArguments.NONE
                        .with(List.of("publish", "user-property", "a", "b"))
                        .with(List.of("publish", "user-property", "a", "c"))
                        .with(List.of("connect", "session-expiry-interval", "5"))
                        .with(List.of("subscribe", "subscription-identifier", "9"))
                        .with(List.of("will", "will-delay-interval", "3"));

        assertThat(arguments.of(PropertyArguments.Command.PUBLISH).userProperties()).hasSize(2);
        assertThat(
                        arguments
                                .of(PropertyArguments.Command.CONNECT)
                                .number(Property.SESSION_EXPIRY_INTERVAL, 0))
                .isEqualTo(5);
        assertThat(arguments.of(PropertyArguments.Command.SUBSCRIBE).subscriptionIdentifiers())
                .containsExactly(9);
        assertThat(arguments.of(PropertyArguments.Command.DISCONNECT).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish content-type",
                "publish user-property onlyname",
                "shout content-type x",
                "publish no-such-property x",
                "publish session-expiry-interval 5",
                "publish message-expiry-interval soon",
                "publish message-expiry-interval -1",
                "publish message-expiry-interval 4294967296",
                "publish payload-format-indicator 2",
                "connect receive-maximum 0",
                "subscribe subscription-identifier 0"
            })
    void aPropertyThatMqttDoesNotAllowIsRefused(String arguments) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropertyArguments.NONE.with(List.of(arguments.split(" "))))
                .withMessageContaining("-D");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionSettings.builder().cleanSession(false).build())
                .withMessageContaining("-i");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionSettings.builder().password("p").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ConnectionSettings.builder()
                                .property(List.of("publish", "content-type", "x"))
                                .build())
                .withMessageContaining("mqttv5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionSettings.builder().willPayload("x").build())
                .withMessageContaining("--will-topic");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionSettings.builder().version("6"))
                .withMessageContaining("mqttv5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishOptions.builder().topic("t").message("a").emptyMessage())
                .withMessageContaining("only one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishOptions.builder().message("a").build())
                .withMessageContaining("-t");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishOptions.builder().topic("a/#").message("a").build())
                .withMessageContaining("wildcard");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishOptions.builder().topic("a").build())
                .withMessageContaining("-m");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SubscribeOptions.builder().build())
                .withMessageContaining("-t");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SubscribeOptions.builder().topic("a#"));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SubscribeOptions.builder()
                                .topic("a")
                                .noRetained(true)
                                .retainedOnly(true)
                                .build());
    }
}
