package io.skein.lab.edge;

import io.skein.lab.link.LinkMeans;
import io.skein.lab.link.LinkProfile;
import io.skein.lab.result.Passwords;
import io.skein.mqtt.QoS;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared.
 *
 * @param edge broker in the plant, as {@code --target} names one
 * @param cloud broker behind the links
 * @param plantLink between devices and the edge
 * @param links between the plant and the cloud, one after the other
 * @param means what links are made of
 * @param devices how many, 1 to 100,000
 * @param profile what they are, of {@code devices.yaml}
 * @param ratePerSecond readings of all together; 0 for what the profile says
 * @param topics how many they share, 1 to 100,000
 * @param qos of devices, forwarder and consumer
 * @param duration of the sending, 100 ms to 24 h
 * @param warmup at its beginning, counted but not timed; below {@code duration}
 * @param drainQuiet how long nothing may arrive before what is missing counts as lost
 * @param drainLimit how long the drain may take in all
 * @param costs file of the cost model; null for the one in the folder, or the example
 * @param out folder of the experiment; what is in it already is not measured again
 * @param seed of jitter and loss
 * @param commandLine as the user wrote it, for the record; passwords are hidden
 */
public record EdgeOptions(
        String edge,
        String cloud,
        LinkProfile plantLink,
        List<LinkProfile> links,
        LinkMeans means,
        int devices,
        String profile,
        double ratePerSecond,
        int topics,
        QoS qos,
        Duration duration,
        Duration warmup,
        Duration drainQuiet,
        Duration drainLimit,
        @Nullable Path costs,
        Path out,
        long seed,
        String commandLine) {
    private static final int COUNT_LIMIT = 100_000;

    /** Checks the bounds. */
    public EdgeOptions {
        commandLine = Passwords.hidden(commandLine);
        links = List.copyOf(links);
        if (devices < 1 || devices > COUNT_LIMIT || topics < 1 || topics > COUNT_LIMIT) {
            throw new IllegalArgumentException("devices and topics are 1 to 100,000 each");
        }
        if (!(ratePerSecond >= 0 && ratePerSecond <= 1e6)) {
            throw new IllegalArgumentException("the rate is 0 to 1,000,000 per second");
        }
        if (duration.toMillis() < 100 || duration.toHours() > 24) {
            throw new IllegalArgumentException(
                    "a measurement lasts 100 ms to 24 h, not " + duration);
        }
        if (warmup.isNegative() || warmup.compareTo(duration) >= 0) {
            throw new IllegalArgumentException("the warm-up is shorter than the duration");
        }
        if (links.isEmpty()) {
            throw new IllegalArgumentException("at least one link");
        }
        if (new HashSet<>(links.stream().map(LinkProfile::name).toList()).size() < links.size()) {
            throw new IllegalArgumentException("each link once");
        }
        DeviceProfiles.named(profile);
    }

    /** What the devices do. */
    DevicePlan plan() {
        return DevicePlan.of(devices, DeviceProfiles.named(profile), ratePerSecond);
    }
}
