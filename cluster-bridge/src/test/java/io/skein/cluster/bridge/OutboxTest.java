package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {
    @Test
    void theSessionOfALinkThatIsGoneLosesItsSubscriptionsAndEndsAfterADay() {
        RecordingLocal local = new RecordingLocal();
        CompletableFuture<Boolean> retired =
                Outbox.retire("$skein/link/old", Set.of(TopicFilter.of("a/#")), local);

        Connect connect = (Connect) local.sent.get(0);
        assertThat(connect.cleanStart()).isFalse();
        assertThat(connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0))
                .isEqualTo(86_400);
        local.say(new ConnAck(true, ReasonCode.SUCCESS, Properties.EMPTY));
        assertThat(((Unsubscribe) local.sent.get(1)).filters())
                .containsExactly(TopicFilter.of("a/#"));
        assertThat(retired).isNotDone();
        local.say(new UnsubAck(1, List.of(ReasonCode.SUCCESS), Properties.EMPTY));
        assertThat(retired).isCompletedWithValue(true);
        assertThat(local.closed).isTrue();
    }

    /** Writes down what a local client sends. */
    private static final class RecordingLocal implements LocalBroker, LocalConnection {
        private final List<Packet> sent = new ArrayList<>();
        private @Nullable LocalClient client;
        private boolean closed;

        void say(Packet packet) {
            if (client != null) {
                client.received(packet);
            }
        }

        @Override
        public LocalConnection connect(Connect packet, LocalClient from) {
            sent.add(packet);
            client = from;
            return this;
        }

        @Override
        public void send(Packet packet) {
            sent.add(packet);
        }

        @Override
        public void writable() {}

        @Override
        public void forgetReceived() {}

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void deliver(Message message, List<TopicFilter> shares, Completion done) {}

        @Override
        public CompletionStage<Void> relinquish(String clientId, long epoch) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> adopt(StoredSession session, long epoch) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void serving(@Nullable Refusal refusal) {}
    }
}
