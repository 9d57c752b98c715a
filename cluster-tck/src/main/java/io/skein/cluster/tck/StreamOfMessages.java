package io.skein.cluster.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A client that publishes numbered messages, a few of them under way at a time, until its end. */
final class StreamOfMessages {
    private static final int UNDER_WAY = 10;

    /** Several streams shall not outrun a session that takes its queue along when it moves. */
    private static final long PAUSE_NANOS = 1_000_000;

    private final ContractClient publisher;
    private final String topic;
    private final QoS qos;
    private final CompletableFuture<List<String>> sent;
    private volatile boolean ending;

    private StreamOfMessages(ContractClient publisher, String topic, QoS qos) {
        this.publisher = publisher;
        this.topic = topic;
        this.qos = qos;
        sent =
                CompletableFuture.supplyAsync(
                        this::run,
                        task -> Thread.ofPlatform().daemon().name("stream " + topic).start(task));
    }

    /** Begins to publish texts such as "topic 0", each of which has to be acknowledged. */
    static StreamOfMessages start(ContractClient publisher, String topic, QoS qos) {
        return new StreamOfMessages(publisher, topic, qos);
    }

    private List<String> run() {
        List<String> texts = new ArrayList<>();
        Deque<CompletableFuture<ReasonCode>> answers = new ArrayDeque<>();
        while (!ending) {
            texts.add(topic + ' ' + texts.size());
            answers.add(publisher.send(topic, texts.getLast(), qos, false));
            if (answers.size() == UNDER_WAY) {
                assertAcknowledged(answers.remove());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        answers.forEach(StreamOfMessages::assertAcknowledged);
        return texts;
    }

    private static void assertAcknowledged(CompletableFuture<ReasonCode> answer) {
        assertThat(ContractClient.get(answer, "acknowledgement")).isEqualTo(ReasonCode.SUCCESS);
    }

    /** Publishes no more; returns what was, when all of it is acknowledged. */
    List<String> end() {
        ending = true;
        return ContractClient.get(sent, "the stream of " + topic + " ends");
    }
}
