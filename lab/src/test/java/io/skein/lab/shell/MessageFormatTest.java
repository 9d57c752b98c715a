package io.skein.lab.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFormatTest {
    private static final ZonedDateTime AT =
            ZonedDateTime.of(2026, 3, 7, 14, 5, 9, 120_034_005, ZoneOffset.ofHours(1));

    private static final Publish MESSAGE =
            new Publish(
                    TopicName.of("a/b"),
                    "{\"x\":1}".getBytes(UTF_8),
                    QoS.AT_LEAST_ONCE,
                    true,
                    false,
                    7,
                    Properties.builder()
                            .string(Property.CONTENT_TYPE, "json")
                            .number(Property.MESSAGE_EXPIRY_INTERVAL, 30)
                            .userProperty("k", "v")
                            .userProperty("l", "w")
                            .subscriptionIdentifier(4)
                            .build());

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "%t %p; a/b {\"x\":1}",
                "%q%r%l%m%d; 11770",
                "%x; 7b2278223a317d",
                "%X; 7B2278223A317D",
                "%I; 2026-03-07T14:05:09+0100",
                "%U; 1772888709.120034005",
                "@Y-@m-@d @H:@M:@S.@N; 2026-03-07 14:05:09.120034005",
                "@a @b @e @j @y @s; Sat Mar  7 066 26 1772888709",
                "%C|%E|%P|%S|%R; json|30|k:v l:w|4|",
                "[%6t]; [   a/b]",
                "[%-6t]; [a/b   ]",
                "[%04l]; [0007]",
                "[%.2t]; [a/]",
                "[%5.1t]; [    a]",
                "%%@@\\\\; %@\\",
                "%j; {\"tst\":\"2026-03-07T14:05:09.120034+0100\",\"topic\":\"a/b\",\"qos\":1,\"retain\":1,\"payloadlen\":7,\"mid\":7,\"properties\":{\"user-properties\":{\"k\":\"v\",\"l\":\"w\"},\"message-expiry-interval\":30,\"content-type\":\"json\",\"subscription-identifier\":[4]},\"payload\":\"{\\\"x\\\":1}\"}",
                "%J; {\"tst\":\"2026-03-07T14:05:09.120034+0100\",\"topic\":\"a/b\",\"qos\":1,\"retain\":1,\"payloadlen\":7,\"mid\":7,\"properties\":{\"user-properties\":{\"k\":\"v\",\"l\":\"w\"},\"message-expiry-interval\":30,\"content-type\":\"json\",\"subscription-identifier\":[4]},\"payload\":{\"x\":1}}"
            })
    void aTemplateIsFilledIn(String template, String expected) throws IOException {
        assertThat(formatted(template)).isEqualTo(expected);
    }

    @Test
    void escapesStandForTheirCharacters() throws IOException {
        assertThat(formatted("\\n\\r\\t\\0\\a\\e\\v")).isEqualTo("\n\r\t\0\u0007\u001B\u000B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%y", "%5", "@", "@!", "\\", "\\q", "%-"})
    void aMalformedTemplateIsRefused(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageFormat.parse(template, false))
                .withMessageContaining("-F");
    }

    @Test
    void aPayloadThatIsNotJsonIsToldWithItsTopic() {
        Publish text =
                new Publish(
                        TopicName.of("t"),
                        "no json".getBytes(UTF_8),
                        QoS.AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        Properties.EMPTY);

        assertThatIOException()
                .isThrownBy(() -> MessageFormat.parse("%J", false).format(text, AT))
                .withMessageContaining("not valid JSON on topic t");
    }

    private static String formatted(String template) throws IOException {
        return new String(MessageFormat.parse(template, false).format(MESSAGE, AT), UTF_8);
    }
}
