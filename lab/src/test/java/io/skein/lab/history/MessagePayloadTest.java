package io.skein.lab.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What stands in payloads. */
class MessagePayloadTest {
    private static final MessageId MESSAGE = new MessageId(7, 42);
    private static final String TOPIC = "plant/7/temp of air";

    @Test
    void aPayloadTellsItsNameAndIsAsLongAsAsked() {
        byte[] payload = MessagePayload.of(MESSAGE, TOPIC, 200);
        assertThat(payload).hasSize(200);
        assertThat(MessagePayload.read(payload, TOPIC)).isEqualTo(new MessagePayload(MESSAGE, ""));
        assertThat(new String(payload, StandardCharsets.UTF_8))
                .matches("SKH1 [0-9a-f]{8} 7:42 plant/7/temp of air \\.+");
    }

    @Test
    void aPayloadIsLongerWhereItsTextNeedsThat() {
        byte[] payload = MessagePayload.of(MESSAGE, TOPIC, 1);
        assertThat(MessagePayload.read(payload, TOPIC)).isEqualTo(new MessagePayload(MESSAGE, ""));
    }

    @Test
    void everyChangedByteIsSeen() {
        byte[] payload = MessagePayload.of(MESSAGE, TOPIC, 80);
        for (int i = 0; i < payload.length; i++) {
            byte[] changed = payload.clone();
            changed[i] ^= 1;
            assertThat(MessagePayload.read(changed, TOPIC).defect()).as("byte %d", i).isNotEmpty();
        }
    }

    @Test
    void aPayloadThatIsCutIsSeen() {
        byte[] payload = MessagePayload.of(MESSAGE, TOPIC, 80);
        for (int length = 1; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThat(MessagePayload.read(cut, TOPIC).defect()).as("%d", length).isNotEmpty();
        }
    }

    @Test
    void thePayloadOfAnotherTopicIsSeenAndNamed() {
        byte[] payload = MessagePayload.of(MESSAGE, TOPIC, 80);
        assertThat(MessagePayload.read(payload, "plant/8/temp"))
                .isEqualTo(new MessagePayload(MESSAGE, "it is the payload of another topic"));
    }

    @Test
    void anEmptyPayloadHasNoName() {
        assertThat(MessagePayload.read(new byte[0], TOPIC)).isEqualTo(new MessagePayload(null, ""));
    }
}
