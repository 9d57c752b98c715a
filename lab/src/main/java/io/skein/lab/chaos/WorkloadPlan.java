package io.skein.lab.chaos;

import io.skein.lab.chaos.ClientPlan.Filter;
import io.skein.lab.chaos.ClientPlan.WillPlan;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What all clients do in a run; follows from the {@link WorkloadShape} alone.
 *
 * <p>Topics are {@code chaos/AREA/NUMBER}. An area has one quality, {@code fast} is QoS 0, {@code
 * sure} 1, {@code once} 2, or a purpose: {@code retained}, {@code will}. Filters of one client do
 * not overlap, because a broker may answer overlapping ones with one message or with several.
 */
record WorkloadPlan(List<ClientPlan> clients) {
    /** What messages of the run are below. */
    static final String ROOT = "chaos/";

    static final String RETAINED = ROOT + "retained/#";

    private static final String FAST = ROOT + "fast/";
    private static final String SURE = ROOT + "sure/";
    private static final String ONCE = ROOT + "once/";

    /** By the quality of what is published there. */
    private static final List<String> AREAS = List.of(FAST, SURE, ONCE);

    private static final String WILLS = ROOT + "will/";
    private static final double NANOS = 1e9;
    private static final int RETAINED_TOPICS = 6;

    /** After so many clients the parts begin anew. */
    private static final int PARTS = 12;

    private static final double RETAINED_SHARE = 0.05;
    private static final double MOVE_MEAN_SECONDS = 6;
    private static final double CHURN_MEAN_SECONDS = 2;
    private static final double MORTAL_MEAN_SECONDS = 3;
    private static final double PAUSE_MEAN_SECONDS = 0.3;
    private static final int WILL_DELAY_SECONDS = 2;
    private static final int COMEBACK_MILLIS = 500;

    /** Whoever was thrown out by another of its name gives that one some time. */
    private static final int TWIN_COMEBACK_MILLIS = 4_000;

    /** Copies the list. */
    WorkloadPlan {
        clients = List.copyOf(clients);
    }

    /** The plan of this shape: the same for the same shape. */
    static WorkloadPlan of(WorkloadShape shape) {
        SplittableRandom random = new SplittableRandom(shape.seed());
        List<ClientPlan> clients = new ArrayList<>();
        for (Part part : parts(shape)) {
            clients.add(new Drawing(shape, random.split(), clients.size(), part).client());
        }
        return new WorkloadPlan(clients);
    }

    /** What a client is for. */
    private enum Part {
        PUBLISHER,
        PERSISTENT,
        LIVE,
        MEMBER,
        TWIN,
        MORTAL,
        EXECUTOR
    }

    /** Of every eight clients, three publish; every part is there. */
    private static List<Part> parts(WorkloadShape shape) {
        List<Part> cycle =
                new ArrayList<>(
                        List.of(
                                Part.PUBLISHER,
                                Part.PERSISTENT,
                                Part.EXECUTOR,
                                Part.MORTAL,
                                Part.PUBLISHER,
                                Part.PERSISTENT,
                                Part.MEMBER,
                                Part.MEMBER,
                                Part.TWIN,
                                Part.TWIN,
                                Part.PUBLISHER,
                                Part.LIVE));
        if (!shape.dialect().shared()) {
            cycle.replaceAll(part -> part == Part.MEMBER ? Part.PERSISTENT : part);
        }
        List<Part> parts = new ArrayList<>();
        for (int client = 0; client < shape.clients(); client++) {
            Part part = cycle.get(client % cycle.size());
            // Two who wait for wills are enough.
            parts.add(part == Part.EXECUTOR && client > 2 * cycle.size() ? Part.LIVE : part);
        }
        return parts;
    }

    private static int publishers(WorkloadShape shape) {
        return (int) parts(shape).stream().filter(part -> part == Part.PUBLISHER).count();
    }

    /** Draws one client. */
    private static final class Drawing {
        private final WorkloadShape shape;
        private final SplittableRandom random;
        private final int process;
        private final Part part;
        private final int topics;
        private final List<Step> steps = new ArrayList<>();
        private final ProtocolVersion version;

        Drawing(WorkloadShape shape, SplittableRandom random, int process, Part part) {
            this.shape = shape;
            this.random = random;
            this.process = process;
            this.part = part;
            this.topics = Math.max(2, publishers(shape));
            ProtocolVersion drawn =
                    random.nextInt(3) == 0 ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5;
            ProtocolVersion only = shape.dialect().only();
            this.version = only == null ? drawn : only;
        }

        ClientPlan client() {
            boolean persistent =
                    switch (part) {
                        case PERSISTENT, MEMBER, EXECUTOR -> true;
                        case PUBLISHER -> random.nextInt(3) > 0;
                        case MORTAL -> random.nextBoolean();
                        case LIVE, TWIN -> false;
                    };
            List<Filter> always = always();
            WillPlan will = part == Part.MORTAL ? will(persistent) : null;
            switch (part) {
                case PUBLISHER -> {
                    publish();
                    moves(2 * MOVE_MEAN_SECONDS, persistent);
                }
                case PERSISTENT -> {
                    churn();
                    moves(MOVE_MEAN_SECONDS, true);
                }
                case LIVE -> churn();
                case MEMBER, TWIN -> moves(MOVE_MEAN_SECONDS, persistent);
                case EXECUTOR -> moves(2 * MOVE_MEAN_SECONDS, true);
                case MORTAL -> moves(MORTAL_MEAN_SECONDS, false);
            }
            steps.sort(Comparator.comparingLong(Step::atNanos));
            ClientPlan plan =
                    new ClientPlan(
                            process,
                            part == Part.TWIN ? "chaos-twin-" + process / 2 : "chaos-" + process,
                            version,
                            persistent,
                            random.nextInt(shape.nodes()),
                            part == Part.TWIN ? TWIN_COMEBACK_MILLIS : COMEBACK_MILLIS,
                            always,
                            will,
                            steps);
            return shape.roaming() ? plan : plan.stayingAt(home(plan.node()) % shape.nodes());
        }

        private int home(int drawn) {
            return switch (part) {
                case TWIN -> process / 2;
                case MEMBER -> group();
                case PUBLISHER, PERSISTENT, LIVE, MORTAL, EXECUTOR -> drawn;
            };
        }

        private int group() {
            return process / PARTS % 2;
        }

        private List<Filter> always() {
            int topic = random.nextInt(topics);
            return switch (part) {
                case PUBLISHER, MORTAL -> List.of();
                case PERSISTENT ->
                        List.of(
                                filter(SURE + "#", QoS.AT_LEAST_ONCE),
                                filter(ONCE + topic, QoS.EXACTLY_ONCE));
                case LIVE -> List.of(filter(ROOT + "+/" + topic, QoS.EXACTLY_ONCE));
                case TWIN -> List.of(filter(ONCE + "+", quality()));
                case MEMBER ->
                        List.of(
                                filter(
                                        "$share/group-%d/%s#".formatted(group(), ONCE),
                                        QoS.EXACTLY_ONCE));
                case EXECUTOR -> List.of(filter(WILLS + "+", QoS.EXACTLY_ONCE));
            };
        }

        private Filter filter(String filter, QoS qos) {
            return new Filter(filter, shape.dialect().limit(qos));
        }

        private WillPlan will(boolean persistent) {
            boolean delayed =
                    persistent && version == ProtocolVersion.MQTT_5 && random.nextBoolean();
            return new WillPlan(
                    WILLS + process,
                    shape.dialect()
                            .limit(random.nextBoolean() ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE),
                    delayed ? WILL_DELAY_SECONDS : 0);
        }

        private QoS quality() {
            return QoS.of(random.nextInt(3));
        }

        private void publish() {
            double mean = publishers(shape) / shape.publishesPerSecond();
            int own = random.nextInt(topics);
            for (long at = gap(mean); at < shape.durationNanos(); at += gap(mean)) {
                boolean retained = random.nextDouble() < RETAINED_SHARE;
                QoS qos = retained ? QoS.of(random.nextInt(1, 3)) : quality();
                int topic = random.nextBoolean() ? own : random.nextInt(topics);
                String name =
                        retained
                                ? ROOT + "retained/r" + random.nextInt(RETAINED_TOPICS)
                                : AREAS.get(qos.value()) + topic;
                steps.add(new Step.Publish(at, name, shape.dialect().limit(qos), retained));
            }
        }

        /** Comes and goes between subscriptions of an area that it is not subscribed to always. */
        private void churn() {
            String filter =
                    part == Part.LIVE ? RETAINED : random.nextBoolean() ? FAST + "+" : RETAINED;
            boolean subscribed = false;
            for (long at = gap(CHURN_MEAN_SECONDS);
                    at < shape.durationNanos();
                    at += gap(CHURN_MEAN_SECONDS)) {
                steps.add(
                        subscribed
                                ? new Step.Unsubscribe(at, filter)
                                : new Step.Subscribe(at, filter, QoS.AT_LEAST_ONCE));
                subscribed = !subscribed;
            }
        }

        private void moves(double meanSeconds, boolean persistent) {
            for (long at = gap(meanSeconds); at < shape.durationNanos(); at += gap(meanSeconds)) {
                int draw = random.nextInt(4);
                Step.Leaving how =
                        draw == 0
                                ? Step.Leaving.DISCONNECT
                                : draw == 1 && persistent ? Step.Leaving.ABANDON : Step.Leaving.CUT;
                long pause = how == Step.Leaving.ABANDON ? 0 : gap(PAUSE_MEAN_SECONDS);
                steps.add(new Step.Move(at, how, random.nextInt(shape.nodes()), pause));
            }
        }

        /** Exponential: events that know nothing of each other. */
        private long gap(double meanSeconds) {
            return 1 + (long) (-Math.log(1 - random.nextDouble()) * meanSeconds * NANOS);
        }
    }
}
