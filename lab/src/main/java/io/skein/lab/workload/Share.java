package io.skein.lab.workload;

import java.util.stream.IntStream;

/**
 * What one of several generators has of a workload. Clients keep their numbers, so that topics,
 * payloads and the instants at which messages are due are those of the whole.
 *
 * @param spread how the workload is shared
 * @param generators how many share it, at least 1
 * @param generator which of them this is, from 0
 */
public record Share(Spread spread, int generators, int generator) {
    /** All of it. */
    public static final Share WHOLE = new Share(Spread.TOPICS, 1, 0);

    /** Checks the bounds. */
    public Share {
        if (generators < 1 || generator < 0 || generator >= generators) {
            throw new IllegalArgumentException(
                    "generator %d of %d is none".formatted(generator, generators));
        }
    }

    /** Whether this publisher is one of its own. */
    public boolean hasPublisher(Workload workload, int publisher) {
        return spread.ofPublisher(workload, publisher, generators) == generator;
    }

    /** Whether this subscriber is one of its own. */
    public boolean hasSubscriber(Workload workload, int subscriber) {
        return spread.ofSubscriber(workload, subscriber, generators) == generator;
    }

    /** Whether it has any client at all. */
    public boolean isOf(Workload workload) {
        return IntStream.range(0, workload.publishers()).anyMatch(i -> hasPublisher(workload, i))
                || IntStream.range(0, workload.subscribers())
                        .anyMatch(j -> hasSubscriber(workload, j));
    }

    /** For each topic, how many deliveries of a message are due to its own subscribers. */
    public int[] deliveries(Workload workload) {
        int[] due = new int[workload.topics()];
        for (int j = 0; j < workload.subscribers(); j++) {
            if (hasSubscriber(workload, j)) {
                int topic = workload.topicOfSubscriber(j);
                due[topic] = workload.shared() ? 1 : due[topic] + 1;
            }
        }
        return due;
    }
}
