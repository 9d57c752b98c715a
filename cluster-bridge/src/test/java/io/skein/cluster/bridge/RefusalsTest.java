package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.bridge.Refusals.Verdict;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Refusals refusals = new Refusals();

    private static Publish message(int packetId) {
        return new Publish(
                TopicName.of("t"),
                new byte[0],
                QoS.AT_LEAST_ONCE,
                false,
                false,
                packetId,
                Properties.EMPTY);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "NOT_AUTHORIZED",
                "TOPIC_NAME_INVALID",
                "PACKET_TOO_LARGE",
                "PAYLOAD_FORMAT_INVALID"
            })
    void whatNeverPassesIsDoneWith(ReasonCode reason) {
        assertThat(refusals.judge(message(1), reason, 0)).isEqualTo(Verdict.FOR_GOOD);
    }

    @Test
    void withoutAReasonItIsTriedAgainAfterPausesThatDouble() {
        assertThat(refusals.judge(message(1), ReasonCode.UNSPECIFIED_ERROR, 0))
                .isEqualTo(Verdict.AGAIN);
        assertThat(refusals.due(SECOND - 1)).isEmpty();
        assertThat(refusals.due(SECOND)).containsExactly(message(1));
        assertThat(refusals.due(100 * SECOND)).as("its answer is awaited").isEmpty();
        refusals.judge(message(1), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, 100 * SECOND);
        assertThat(refusals.due(102 * SECOND - 1)).isEmpty();
        assertThat(refusals.due(102 * SECOND)).hasSize(1);
    }

    @Test
    void withoutAReasonItIsGivenUpOnceOthersHavePassed() {
        for (int i = 0; i < 100; i++) {
            assertThat(refusals.judge(message(1), ReasonCode.UNSPECIFIED_ERROR, i * SECOND))
                    .as("nothing else passes either")
                    .isEqualTo(Verdict.AGAIN);
        }
        assertThat(refusals.judge(message(2), ReasonCode.SUCCESS, 0)).isEqualTo(Verdict.TAKEN);
        assertThat(refusals.judge(message(1), ReasonCode.UNSPECIFIED_ERROR, 0))
                .isEqualTo(Verdict.FOR_GOOD);
    }

    @Test
    void onANewConnectionNothingIsSentTwice() {
        refusals.judge(message(1), ReasonCode.UNSPECIFIED_ERROR, 0);
        refusals.connected(0);
        assertThat(refusals.due(100 * SECOND)).isEmpty();
    }

    @Test
    void aMessageThatEndsConnectionsIsLookedForAmongThoseThatWereUnderWay() {
        refusals.blamed(ReasonCode.PACKET_TOO_LARGE, List.of(message(1), message(2)));
        assertThat(refusals.isCareful()).isTrue();
        refusals.judge(message(1), ReasonCode.SUCCESS, 0);
        for (int i = 0; i < Refusals.ENDINGS; i++) {
            assertThat(refusals.condemnation(2)).isNull();
            refusals.blamed(ReasonCode.PACKET_TOO_LARGE, List.of(message(2)));
        }
        assertThat(refusals.condemnation(2)).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(refusals.isCareful()).isFalse();
        assertThat(refusals.condemnation(2)).as("another message under that id").isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_SHUTTING_DOWN", "SESSION_TAKEN_OVER", "NOT_AUTHORIZED"})
    void noMessageIsToBlameForWhatConcernsTheLink(ReasonCode reason) {
        for (int i = 0; i < 10; i++) {
            refusals.blamed(reason, List.of(message(1)));
        }
        assertThat(refusals.isCareful()).isFalse();
        assertThat(refusals.condemnation(1)).isNull();
    }
}
