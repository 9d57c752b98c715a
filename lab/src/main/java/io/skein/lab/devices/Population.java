package io.skein.lab.devices;

import io.skein.lab.experiment.Entry;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.experiment.NearestKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * All devices of an experiment.
 *
 * @param name what they are
 * @param classes at least one
 */
public record Population(String name, List<DeviceClass> classes) {
    /** The key of an experiment file below which classes stand. */
    public static final String CLASSES = "classes";

    private static final List<String> SHIPPED =
            List.of("factory", "city", "vehicles", "greenhouse");

    /** Copies the list. */
    public Population {
        classes = List.copyOf(classes);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' has no classes of devices");
        }
    }

    /** The names of the populations that are shipped. */
    public static List<String> shipped() {
        return SHIPPED;
    }

    /**
     * The text of the experiment file of a shipped population.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static String text(String shipped) {
        if (!SHIPPED.contains(shipped)) {
            throw new IllegalArgumentException(
                    "'%s' is no file and none of %s"
                            .formatted(shipped, String.join(", ", SHIPPED)));
        }
        try (InputStream text = Population.class.getResourceAsStream(shipped + ".yaml")) {
            if (text == null) {
                throw new IllegalStateException(shipped + ".yaml is missing");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(shipped + ".yaml cannot be read", e);
        }
    }

    /**
     * The classes of an experiment file.
     *
     * @throws IllegalArgumentException if one of them is wrong; the message says where and why
     */
    public static Population of(ExperimentFile file, String fileName, NearestKey nearest) {
        Entry name = file.entry("name");
        List<DeviceClass> classes = new ArrayList<>();
        file.groups().forEach((key, keys) -> classes.add(DeviceClass.of(key, keys, nearest)));
        return new Population(name == null ? fileName : name.value(), classes);
    }

    /** How many clients there are at this scale, peers included. */
    public long clients(double scale) {
        return classes.stream()
                .map(each -> each.workload(scale))
                .mapToLong(load -> (long) load.publishers() + load.subscribers())
                .sum();
    }
}
