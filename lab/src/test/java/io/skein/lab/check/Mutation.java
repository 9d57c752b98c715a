package io.skein.lab.check;

import io.skein.lab.check.Story.Told;
import io.skein.lab.history.Closing;
import io.skein.lab.history.Event;
import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Reached;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** One change to the record of a {@link ModelBroker}, and what it must show. */
enum Mutation {
    /** Every delivery of an acknowledged message to a client that is always subscribed is gone. */
    LOSE(Anomaly.LOST_PERSISTENT) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            events.remove(
                    events.pick(random, each -> events.isOwed(each) && events.isTo(each, STEADY)),
                    List.of(STEADY));
        }
    },
    /** The same, of a client with a clean session. */
    LOSE_LIVE(Anomaly.LOST_LIVE) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            events.remove(
                    events.pick(random, each -> events.isOwed(each) && events.isTo(each, LIVE)),
                    List.of(LIVE));
        }
    },
    /** A will does not come. */
    LOSE_WILL(Anomaly.WILL_LOST) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            events.remove(
                    events.pick(random, each -> each.topic().equals(ModelBroker.WILLS)),
                    List.of(STEADY));
        }
    },
    /** A message comes to no member of the group. */
    LOSE_SHARED(Anomaly.SHARED_TO_NONE) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            events.remove(
                    events.pick(
                            random,
                            each ->
                                    events.isOwed(each)
                                            && (events.isTo(each, MEMBERS.getFirst())
                                                    || events.isTo(each, MEMBERS.getLast()))),
                    MEMBERS);
        }
    },
    /** A QoS 2 message of one member is taken by the other, too. */
    SHARE_TWICE(Anomaly.SHARED_TO_TWO) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            Received taken =
                    events.pick(
                            random,
                            each ->
                                    each.qos() == QoS.EXACTLY_ONCE
                                            && events.isOwed(each)
                                            && events.isTo(each, MEMBERS.getFirst()));
            int end = events.find(told -> told.event().equals(new Reached(Phase.DRAIN_END)));
            long other = events.lastConnection(MEMBERS.getLast());
            events.insert(
                    end,
                    new Received(
                            other,
                            FREE,
                            taken.topic(),
                            taken.message(),
                            taken.qos(),
                            false,
                            false,
                            List.of(),
                            ""),
                    new Acknowledged(other, FREE));
        }
    },
    /** A QoS 2 delivery comes again under other packet identifiers. */
    REPEAT(Anomaly.DUPLICATE_QOS_2) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            Received twice =
                    events.pick(
                            random,
                            each ->
                                    each.qos() == QoS.EXACTLY_ONCE
                                            && !each.dup()
                                            && events.isOwed(each));
            int at = events.indexOf(twice) + 1;
            events.insert(
                    at,
                    Changed.with(twice, FREE, twice.topic(), ""),
                    Changed.with(twice, FREE + 1, twice.topic(), ""));
        }
    },
    /** The payload of a delivery is changed. */
    CORRUPT(Anomaly.CORRUPTED) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            Received victim = events.pick(random, _ -> true);
            events.insert(
                    events.indexOf(victim) + 1,
                    Changed.with(victim, FREE, victim.topic(), "changed"));
        }
    },
    /** A delivery comes on the topic of another message. */
    MIX_UP(Anomaly.NEVER_PUBLISHED) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            Received victim = events.pick(random, _ -> true);
            events.insert(events.indexOf(victim) + 1, Changed.with(victim, FREE, "t/none", ""));
        }
    },
    /** A delivery goes to a client without subscriptions. */
    MISDIRECT(Anomaly.NOT_SUBSCRIBED) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            Received victim = events.pick(random, _ -> true);
            Received there =
                    new Received(
                            events.lastConnection("writer-0"),
                            FREE,
                            victim.topic(),
                            victim.message(),
                            victim.qos(),
                            false,
                            false,
                            List.of(),
                            "");
            events.insert(
                    events.find(told -> told.event().equals(new Reached(Phase.DRAIN_END))), there);
        }
    },
    /** Two deliveries of one stream to one connection change places. */
    SWAP(Anomaly.OUT_OF_ORDER) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            List<int[]> pairs = events.neighbours();
            int[] pair = pairs.get(random.nextInt(pairs.size()));
            events.swap(pair[0], pair[1]);
        }
    },
    /** A session is gone when its client comes back. */
    FORGET(Anomaly.SESSION_FORGOTTEN) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            List<Integer> resumed =
                    events.all(told -> told.event() instanceof Connected e && e.sessionPresent());
            int at = resumed.get(random.nextInt(resumed.size()));
            Connected as = (Connected) events.event(at);
            events.replace(at, new Connected(as.op(), false, as.expirySeconds()));
        }
    },
    /** A connection is answered after another has taken its session over. */
    SERVE_BOTH(Anomaly.TWO_OWNERS) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            List<Integer> takeovers =
                    events.all(told ->
                            told.event() instanceof Closed e && e.by() == Closing.BY_BROKER);
            takeovers.removeIf(at -> !(events.event(at - 1) instanceof Connected));
            int at = takeovers.get(random.nextInt(takeovers.size()));
            long old = ((Closed) events.event(at)).connection();
            events.insert(at, new Unsubscribe(FREE, old, "none"), new Unsubscribed(FREE, 0));
        }
    },
    /** One of two readers does not get a retained message. */
    DIVERGE(Anomaly.RETAINED_DIVERGED) {
        @Override
        void apply(Changed events, RandomGenerator random) {
            long late = events.lastConnection("late-0");
            List<Integer> retained =
                    events.all(
                            told -> told.event() instanceof Received e && e.connection() == late);
            events.remove(retained.get(random.nextInt(retained.size())));
        }
    };

    private static final String STEADY = ModelBroker.STEADY;
    private static final String LIVE = ModelBroker.LIVE;
    private static final List<String> MEMBERS = ModelBroker.MEMBERS;

    /** A packet identifier, and a number of an operation, that nobody else has. */
    private static final int FREE = 65_000;

    private final Anomaly shows;

    Mutation(Anomaly shows) {
        this.shows = shows;
    }

    Anomaly shows() {
        return shows;
    }

    /** Makes the change. */
    abstract void apply(Changed events, RandomGenerator random);

    /** A record that is being changed. */
    static final class Changed {
        private final List<Told> events;
        private final Map<Long, String> clients = new HashMap<>();
        private final Set<String> owed = new HashSet<>();
        private final Map<String, Integer> sentAt = new HashMap<>();
        private final Map<String, QoS> qualities = new HashMap<>();

        Changed(List<Told> events) {
            this.events = new ArrayList<>(events);
            Map<Long, String> sent = new HashMap<>();
            for (int i = 0; i < events.size(); i++) {
                switch (events.get(i).event()) {
                    case Connect connect -> clients.put(connect.op(), connect.client());
                    case Publish publish -> {
                        String name = publish.topic() + " " + publish.message();
                        sent.put(publish.op(), name);
                        sentAt.put(name, i);
                        qualities.put(name, publish.qos());
                    }
                    case Published published -> owed.add(sent.get(published.op()));
                    default -> {}
                }
            }
        }

        List<Told> events() {
            return events;
        }

        Event event(int at) {
            return events.get(at).event();
        }

        boolean isOwed(Received received) {
            return owed.contains(name(received));
        }

        boolean isTo(Received received, String client) {
            return client.equals(clients.get(received.connection()));
        }

        /** One of the live deliveries that fit. */
        Received pick(RandomGenerator random, Predicate<Received> fits) {
            List<Received> some = new ArrayList<>();
            for (Told told : events) {
                if (told.event() instanceof Received each && !each.retain() && fits.test(each)) {
                    some.add(each);
                }
            }
            return some.get(random.nextInt(some.size()));
        }

        List<Integer> all(Predicate<Told> fits) {
            return new ArrayList<>(
                    IntStream.range(0, events.size())
                            .filter(i -> fits.test(events.get(i)))
                            .boxed()
                            .toList());
        }

        int find(Predicate<Told> fits) {
            return all(fits).getFirst();
        }

        @SuppressWarnings("ReferenceEquality") // the event that was picked, not one like it
        int indexOf(Event event) {
            return find(told -> told.event() == event);
        }

        long lastConnection(String client) {
            return clients.entrySet().stream()
                    .filter(each -> each.getValue().equals(client))
                    .mapToLong(Map.Entry::getKey)
                    .max()
                    .orElseThrow();
        }

        /** Takes away every delivery of a message to some clients. */
        void remove(Received victim, List<String> to) {
            events.removeIf(told ->
                    told.event() instanceof Received each
                            && name(each).equals(name(victim))
                            && to.contains(clients.get(each.connection())));
        }

        void remove(int at) {
            events.remove(at);
        }

        void replace(int at, Event event) {
            events.set(at, new Told(events.get(at).nanos(), event));
        }

        /** Puts events before the one at a place. */
        void insert(int at, Event... some) {
            long nanos = events.get(at - 1).nanos();
            for (int i = 0; i < some.length; i++) {
                events.add(at + i, new Told(nanos, some[i]));
            }
        }

        void swap(int one, int other) {
            Event first = event(one);
            replace(one, event(other));
            replace(other, first);
        }

        static Received with(Received received, int packetId, String topic, String defect) {
            return new Received(
                    received.connection(),
                    packetId,
                    topic,
                    defect.isEmpty() ? received.message() : null,
                    received.qos(),
                    false,
                    false,
                    List.of(),
                    defect);
        }

        private static String name(Received received) {
            return received.topic() + " " + received.message();
        }

        /** First deliveries on one connection that follow each other in their stream. */
        List<int[]> neighbours() {
            List<int[]> pairs = new ArrayList<>();
            Map<String, Integer> last = new HashMap<>();
            Set<String> came = new HashSet<>();
            for (int i = 0; i < events.size(); i++) {
                if (event(i) instanceof Received received
                        && !received.retain()
                        && !MEMBERS.contains(clients.get(received.connection()))
                        && came.add(clients.get(received.connection()) + name(received))
                        && isOwed(received)) {
                    Integer before = last.put(stream(received), i);
                    // The later one must have been sent before the earlier one came.
                    if (before != null && sentAt.get(name(received)) < before) {
                        pairs.add(new int[] {before, i});
                    }
                }
            }
            return pairs;
        }

        private String stream(Received received) {
            MessageId message = received.message();
            return "%d %d %s %s"
                    .formatted(
                            received.connection(),
                            message == null ? -1 : message.publisher(),
                            received.topic(),
                            qualities.get(name(received)));
        }
    }
}
