package io.skein.lab.stress;

import io.skein.mqtt.QoS;
import java.util.Locale;

/**
 * One run of the matrix.
 *
 * @param publisherQos of the messages
 * @param analyserQos of the subscription
 * @param delayMillis between two messages of an instance, 0 for as fast as the broker takes them
 * @param instances how many publish, from number 1 on
 */
record Cell(QoS publisherQos, QoS analyserQos, int delayMillis, int instances) {
    /** Checks the bounds. */
    Cell {
        if (delayMillis < 0 || delayMillis > 60_000) {
            throw new IllegalArgumentException(
                    "delay of " + delayMillis + " ms is not within 0 to 60000");
        }
        if (instances < 1 || instances > 1_000) {
            throw new IllegalArgumentException(instances + " instances are not within 1 to 1000");
        }
    }

    /** Messages per second that are asked for; not finite where that is as fast as possible. */
    double ratePerSecond() {
        return delayMillis == 0 ? Double.NaN : instances * 1000.0 / delayMillis;
    }

    /** The same for the same run, and fit for a file name: {@code p1-s2-d4-i5}. */
    String id() {
        return String.format(
                Locale.ROOT,
                "p%d-s%d-d%d-i%d",
                publisherQos.value(),
                analyserQos.value(),
                delayMillis,
                instances);
    }
}
