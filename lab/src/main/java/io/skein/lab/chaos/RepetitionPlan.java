package io.skein.lab.chaos;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Who takes part in one repetition, and which node is hit when. On every node sit two subscribers
 * and, for each node, a publisher whose messages go to the subscribers of that node: so that of
 * every publisher it is known whether it has to do with the node that is lost.
 *
 * @param fault after its pause
 */
record RepetitionPlan(
        PlannedFault fault, List<ClientPlan> subscribers, List<ClientPlan> publishers) {
    /** Publishes of a client that may be without an answer, as most client libraries have it. */
    static final int WINDOW = 20;

    private static final int SUBSCRIBERS_OF_A_NODE = 2;
    private static final int COMEBACK_MILLIS_MOST = 500;
    private static final long PAUSE_LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_MOST_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** What a node may take to start, and the nodes to find each other, with all pauses. */
    private static final long SURPLUS_NANOS = TimeUnit.SECONDS.toNanos(150);

    /** Copies the lists. */
    RepetitionPlan {
        subscribers = List.copyOf(subscribers);
        publishers = List.copyOf(publishers);
    }

    /** The plans of all repetitions; they follow from the options and the names alone. */
    static List<RepetitionPlan> all(RepetitionOptions options, List<String> nodes) {
        SplittableRandom random = new SplittableRandom(options.seed());
        List<RepetitionPlan> plans = new ArrayList<>();
        for (int number = 1; number <= options.repetitions(); number++) {
            PlannedFault fault =
                    new PlannedFault(
                            options.fault(),
                            random.nextInt(nodes.size()),
                            random.nextLong(PAUSE_LEAST_NANOS, PAUSE_MOST_NANOS),
                            options.hold().toNanos(),
                            false);
            plans.add(new Drawing(options, nodes, number).plan(fault));
        }
        return plans;
    }

    /** The clients of one repetition; each has a number that no other of the run has. */
    private static final class Drawing {
        private final RepetitionOptions options;
        private final List<String> nodes;
        private final int number;
        private int process;

        Drawing(RepetitionOptions options, List<String> nodes, int number) {
            this.options = options;
            this.nodes = nodes;
            this.number = number;
            this.process = (number - 1) * nodes.size() * (nodes.size() + SUBSCRIBERS_OF_A_NODE);
        }

        RepetitionPlan plan(PlannedFault fault) {
            List<ClientPlan> subscribers = new ArrayList<>();
            List<ClientPlan> publishers = new ArrayList<>();
            long lengthNanos = fault.pauseNanos() + fault.holdNanos() + SURPLUS_NANOS;
            for (int node = 0; node < nodes.size(); node++) {
                for (int each = 1; each <= SUBSCRIBERS_OF_A_NODE; each++) {
                    String id = "failover-%d-%s-reader-%d".formatted(number, nodes.get(node), each);
                    subscribers.add(
                            client(
                                    id,
                                    node,
                                    List.of(new ClientPlan.Filter(topic(node), QoS.AT_LEAST_ONCE)),
                                    List.of()));
                }
                for (int to = 0; to < nodes.size(); to++) {
                    String id =
                            "failover-%d-%s-writer-%s"
                                    .formatted(number, nodes.get(node), nodes.get(to));
                    publishers.add(
                            client(
                                    id,
                                    node,
                                    List.of(),
                                    steps(topic(to), publishers.size(), lengthNanos)));
                }
            }
            return new RepetitionPlan(fault, subscribers, publishers);
        }

        private String topic(int node) {
            return "failover/%d/%s".formatted(number, nodes.get(node));
        }

        private ClientPlan client(
                String id, int node, List<ClientPlan.Filter> filters, List<Step> steps) {
            return new ClientPlan(
                    process++,
                    id,
                    ProtocolVersion.MQTT_5,
                    true,
                    node,
                    COMEBACK_MILLIS_MOST,
                    filters,
                    null,
                    steps);
        }

        /** Publishers take turns, so that all together are as even as each. */
        private List<Step> steps(String topic, int turn, long lengthNanos) {
            int publishers = nodes.size() * nodes.size();
            double interval = 1e9 / options.publishesPerSecond();
            List<Step> steps = new ArrayList<>();
            for (long i = turn; i * interval < lengthNanos; i += publishers) {
                steps.add(
                        new Step.Publish(
                                Math.round(i * interval), topic, QoS.AT_LEAST_ONCE, false));
            }
            return steps;
        }
    }
}
