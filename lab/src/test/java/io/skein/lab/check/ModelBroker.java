package io.skein.lab.check;

import io.skein.lab.check.Story.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A broker in memory that keeps every promise, with clients that do what a seed says: publish, go
 * away with publishes and deliveries under way, come back, subscribe and unsubscribe. Tells the
 * story of it.
 */
final class ModelBroker {
    /** Who subscribes to everything from the start, and to nothing else. */
    static final String STEADY = "reader-0";

    private static final int READERS = 4;
    private static final int WRITERS = 3;
    private static final int TOPICS = 4;

    /** A client that reads, with its queue at the broker. */
    private final class Reader {
        private final Actor actor;
        private final Map<String, Integer> filters = new LinkedHashMap<>();
        private final Deque<Delivery> queue = new ArrayDeque<>();
        private boolean connected = true;

        Reader(int number) {
            actor = story.actor("reader-" + number).persistent().connects();
        }
    }

    /** A message in a queue; the identifier is 0 until it is sent. */
    private static final class Delivery {
        private final Message message;
        private final int qos;
        private int packetId;

        Delivery(Message message, int qos) {
            this.message = message;
            this.qos = qos;
        }
    }

    private final RandomGenerator random;
    private final Story story = new Story();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Actor> writers = new ArrayList<>();
    private final Map<String, Message> retained = new HashMap<>();

    private ModelBroker(RandomGenerator random) {
        this.random = random;
        for (int i = 0; i < READERS; i++) {
            readers.add(new Reader(i));
        }
        readers.getFirst().actor.subscribes("t/#", 2);
        readers.getFirst().filters.put("t/#", 2);
        for (int i = 0; i < WRITERS; i++) {
            writers.add(story.actor("writer-" + i).connects());
        }
    }

    /** The story of so many turns. */
    static Story run(RandomGenerator random, int turns) {
        ModelBroker broker = new ModelBroker(random);
        for (int i = 0; i < turns; i++) {
            broker.turn();
        }
        return broker.drain();
    }

    private void turn() {
        Reader reader = readers.get(random.nextInt(READERS));
        switch (random.nextInt(12)) {
            case 0 -> toggle(reader);
            case 1 -> subscribe(reader);
            case 2 -> unsubscribe(reader);
            case 3, 4, 5, 6 -> publish(random.nextInt(WRITERS));
            default -> deliver(reader);
        }
    }

    private void toggle(Reader reader) {
        if (reader.connected) {
            reader.actor.loses();
            reader.connected = false;
        } else {
            comeBack(reader);
        }
    }

    private static void comeBack(Reader reader) {
        reader.actor.resumes();
        reader.connected = true;
        for (Delivery delivery : reader.queue) {
            if (delivery.packetId != 0) {
                reader.actor.comes(
                        delivery.packetId,
                        delivery.message.topic(),
                        delivery.message.id(),
                        delivery.qos,
                        true,
                        false,
                        "");
            }
        }
    }

    private void subscribe(Reader reader) {
        if (reader.connected && reader != readers.getFirst()) {
            int choice = random.nextInt(TOPICS + 1);
            String filter = choice == TOPICS ? "t/#" : "t/" + choice;
            int qos = 1 + random.nextInt(2);
            reader.actor.subscribes(filter, qos);
            reader.filters.put(filter, qos);
            for (Message message : List.copyOf(retained.values())) {
                if (matches(filter, message.topic())) {
                    reader.actor.getsRetained(message);
                }
            }
        }
    }

    private void unsubscribe(Reader reader) {
        if (reader.connected && reader != readers.getFirst() && !reader.filters.isEmpty()) {
            String filter = reader.filters.keySet().iterator().next();
            reader.filters.remove(filter);
            reader.actor.unsubscribes(filter);
        }
    }

    private static boolean matches(String filter, String topic) {
        return filter.equals("t/#") || filter.equals(topic);
    }

    /** Publishes; in one case of ten the connection is lost, before or after the broker has it. */
    private void publish(int number) {
        Actor writer = writers.get(number);
        boolean retain = random.nextInt(5) == 0;
        Message message =
                writer.sends("t/" + random.nextInt(TOPICS), 1 + random.nextInt(2), retain, -1);
        boolean lost = random.nextInt(10) == 0;
        if (!lost || random.nextBoolean()) {
            route(message);
        }
        if (lost) {
            writer.loses().givesUp(message).connects();
        } else {
            writer.isAnswered(message);
        }
    }

    private void route(Message message) {
        if (message.retain()) {
            retained.put(message.topic(), message);
        }
        for (Reader reader : readers) {
            int qos = -1;
            for (Map.Entry<String, Integer> each : reader.filters.entrySet()) {
                if (matches(each.getKey(), message.topic())) {
                    qos = Math.max(qos, each.getValue());
                }
            }
            if (qos >= 0) {
                reader.queue.add(new Delivery(message, Math.min(qos, message.qos().value())));
            }
        }
    }

    /** Sends what waits, or finishes what was sent: each of them a few. */
    private void deliver(Reader reader) {
        if (!reader.connected) {
            return;
        }
        int some = random.nextInt(4);
        for (Delivery delivery : reader.queue) {
            if (delivery.packetId == 0 && some-- > 0) {
                delivery.packetId = reader.actor.got(delivery.message, delivery.qos, false, false);
            }
        }
        int finished = random.nextInt(4);
        Delivery first = reader.queue.peek();
        while (first != null && first.packetId != 0 && finished-- > 0) {
            reader.actor.acknowledges(first.packetId);
            reader.queue.remove();
            first = reader.queue.peek();
        }
    }

    private Story drain() {
        story.drains();
        for (Reader reader : readers) {
            if (!reader.connected) {
                comeBack(reader);
            }
            while (!reader.queue.isEmpty()) {
                deliver(reader);
            }
        }
        for (int i = 0; i < 2; i++) {
            Actor late = story.actor("late-" + i).connects().subscribes("t/#", 1);
            retained.values().forEach(late::getsRetained);
        }
        return story.ends();
    }
}
