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
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory that keeps every promise, with clients that do what a seed says: publish,
 * subscribe and unsubscribe, go away with publishes and deliveries under way, come back, take each
 * other over, share, die and leave wills. Tells the story of it.
 */
final class ModelBroker {
    /** Who subscribes to everything from the start, and to nothing else. */
    static final String STEADY = "reader-0";

    /** Who is connected and subscribed to everything all the time, with a clean session. */
    static final String LIVE = "live";

    /** The members of a group. */
    static final List<String> MEMBERS = List.of("member-0", "member-1");

    /** Where wills go. */
    static final String WILLS = "w/1";

    private static final String GROUP = "$share/g/t/#";
    private static final int READERS = 4;
    private static final int WRITERS = 3;
    private static final int TOPICS = 4;
    private static final int EXACTLY_ONCE = 2;

    /** A client that reads, with its queue at the broker. */
    private static final class Reader {
        private final Map<String, Integer> filters = new LinkedHashMap<>();
        private final Deque<Delivery> queue = new ArrayDeque<>();
        private Actor actor;
        private boolean connected = true;

        Reader(Actor actor) {
            this.actor = actor;
        }

        Reader subscribed(String filter, int qos) {
            actor.subscribes(filter, qos);
            filters.put(filter, qos);
            return this;
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
    private final List<Reader> members = new ArrayList<>();
    private final List<Reader> everybody = new ArrayList<>();
    private final List<Actor> writers = new ArrayList<>();
    private final Map<String, Message> retained = new HashMap<>();
    private final Actor mortal;
    private @Nullable Message will;

    private ModelBroker(RandomGenerator random) {
        this.random = random;
        for (int i = 0; i < READERS; i++) {
            readers.add(new Reader(story.actor("reader-" + i).persistent().connects()));
        }
        readers.getFirst().subscribed("t/#", EXACTLY_ONCE).subscribed("w/#", EXACTLY_ONCE);
        for (String name : MEMBERS) {
            members.add(
                    new Reader(story.actor(name).persistent().connects())
                            .subscribed(GROUP, EXACTLY_ONCE));
        }
        everybody.addAll(readers);
        everybody.addAll(members);
        everybody.add(new Reader(story.actor(LIVE).connects()).subscribed("t/#", EXACTLY_ONCE));
        for (int i = 0; i < WRITERS; i++) {
            writers.add(story.actor("writer-" + i).connects());
        }
        mortal = story.actor("mortal");
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
        Reader reader = everybody.get(random.nextInt(everybody.size()));
        boolean moves = reader != everybody.getLast();
        boolean changes = readers.contains(reader) && reader != readers.getFirst();
        switch (random.nextInt(16)) {
            case 0 -> {
                if (moves) {
                    toggle(reader);
                }
            }
            case 1 -> {
                if (moves && reader.connected) {
                    takeOver(reader);
                }
            }
            case 2 -> {
                if (changes) {
                    subscribe(reader);
                }
            }
            case 3 -> {
                if (changes) {
                    unsubscribe(reader);
                }
            }
            case 4 -> liveAndDie();
            case 5, 6, 7, 8 -> publish(random.nextInt(WRITERS));
            default -> deliver(reader);
        }
    }

    private static void toggle(Reader reader) {
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
        sendAgain(reader);
    }

    private void takeOver(Reader reader) {
        Actor old = reader.actor;
        reader.actor = old.elsewhere().asks();
        if (random.nextBoolean()) {
            old.isTakenOver();
            reader.actor.isAccepted(true);
        } else {
            reader.actor.isAccepted(true);
            old.isTakenOver();
        }
        sendAgain(reader);
    }

    /** What the client had got and not finished. */
    private static void sendAgain(Reader reader) {
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
        if (reader.connected) {
            int choice = random.nextInt(TOPICS + 1);
            String filter = choice == TOPICS ? "t/#" : "t/" + choice;
            reader.subscribed(filter, 1 + random.nextInt(EXACTLY_ONCE));
            for (Message message : List.copyOf(retained.values())) {
                if (matches(filter, message.topic())) {
                    reader.actor.getsRetained(message);
                }
            }
        }
    }

    private static void unsubscribe(Reader reader) {
        if (reader.connected && !reader.filters.isEmpty()) {
            String filter = reader.filters.keySet().iterator().next();
            reader.filters.remove(filter);
            reader.actor.unsubscribes(filter);
        }
    }

    private static boolean matches(String filter, String topic) {
        return filter.endsWith("/#")
                ? topic.startsWith(filter.substring(0, filter.length() - 1))
                : filter.equals(topic);
    }

    /** A client with a will connects, or goes: with DISCONNECT, or without. */
    private void liveAndDie() {
        Message last = will;
        if (last == null) {
            will = mortal.wills(WILLS, 1 + random.nextInt(EXACTLY_ONCE), 0);
            mortal.connects();
            return;
        }
        will = null;
        if (random.nextBoolean()) {
            mortal.leaves();
            story.after(2);
        } else {
            mortal.aborts();
            route(last);
        }
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
            Reader member = members.get(random.nextInt(members.size()));
            member.queue.add(new Delivery(message, message.qos().value()));
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
        for (Reader reader : everybody) {
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
        for (Reader reader : everybody) {
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
