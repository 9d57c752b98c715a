package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Things that clients do, decided by a seed, done to a node and to a model alike. */
final class Traffic {
    private static final int CLIENTS = 5;

    private final Random random;
    private final Map<String, Long> epochs = new HashMap<>();
    private final List<Message> recent = new ArrayList<>();
    private long sequence;

    Traffic(long seed) {
        random = new Random(seed);
    }

    /** After a restart the sessions are owned under other epochs. */
    void adopt(RecordingBroker broker) {
        epochs.clear();
        epochs.putAll(broker.epochs);
    }

    /** One step; whatever the node refuses is not done to the model. */
    void step(TestNode node, Model model) {
        String clientId = "c" + random.nextInt(CLIENTS);
        Long epoch = epochs.get(clientId);
        if (epoch == null || random.nextInt(30) == 0) {
            boolean cleanStart = random.nextInt(4) == 0;
            SessionHead head = head(true);
            epochs.put(clientId, node.claim(clientId, cleanStart, head).epoch());
            model.claim(clientId, cleanStart, head);
        } else if (random.nextInt(15) == 0) {
            Message message = message();
            if (node.retain(message).isEmpty()) {
                model.retain(message);
            }
        } else {
            SessionChange[] changes = new SessionChange[1 + random.nextInt(3)];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = change(clientId, epoch);
            }
            boolean kept = node.write(changes).isEmpty();
            for (SessionChange change : changes) {
                if (kept || Request.isFact(change)) {
                    model.apply(change);
                }
                if (change instanceof SessionChange.Ended) {
                    epochs.remove(clientId);
                    break;
                }
            }
        }
    }

    private SessionChange change(String clientId, long epoch) {
        long earlier = sequence - random.nextInt(20);
        int packetId = 1 + random.nextInt(5);
        return switch (random.nextInt(14)) {
            case 0 -> new SessionChange.HeadSet(clientId, epoch, head(random.nextBoolean()));
            case 1 -> TestNode.subscribed(clientId, epoch, "f/" + random.nextInt(4));
            case 2 ->
                    new SessionChange.Unsubscribed(
                            clientId, epoch, TopicFilter.of("f/" + random.nextInt(4)));
            case 3 -> new SessionChange.Sent(clientId, epoch, earlier, packetId);
            case 4 -> new SessionChange.Released(clientId, epoch, earlier);
            case 5, 6, 7 -> new SessionChange.Dequeued(clientId, epoch, earlier);
            case 8 -> new SessionChange.Received(clientId, epoch, packetId);
            case 9 -> new SessionChange.Completed(clientId, epoch, packetId);
            case 10 ->
                    random.nextInt(5) == 0
                            ? new SessionChange.Ended(clientId, epoch)
                            : TestNode.queued(clientId, epoch, ++sequence, message());
            default -> TestNode.queued(clientId, epoch, ++sequence, message());
        };
    }

    private SessionHead head(boolean connected) {
        return new SessionHead(
                connected,
                1 + random.nextInt(1_000_000),
                connected ? 0 : TestNode.START_NANOS,
                random.nextInt(3) == 0 ? TestNode.will("w" + random.nextInt()) : null);
    }

    /** Often one that is in a queue already, as when many sessions get the same. */
    private Message message() {
        if (!recent.isEmpty() && random.nextBoolean()) {
            return recent.get(random.nextInt(recent.size()));
        }
        Message message =
                TestNode.message(
                        "t/" + random.nextInt(6),
                        random.nextInt(8) == 0 ? "" : "x".repeat(random.nextInt(60)));
        recent.add(message);
        if (recent.size() > 8) {
            recent.removeFirst();
        }
        return message;
    }
}
