package io.skein.lab.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.skein.lab.bench.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds of plants that are shipped, in {@code devices.yaml}. */
final class DeviceProfiles {
    private static final Map<String, List<DeviceClass>> SHIPPED = read();

    private DeviceProfiles() {}

    /**
     * The devices of a plant.
     *
     * @throws IllegalArgumentException if there is none of this name; says which there are
     */
    static List<DeviceClass> named(String name) {
        List<DeviceClass> classes = SHIPPED.get(name);
        if (classes == null) {
            throw new IllegalArgumentException(
                    "'%s' names no devices; there are %s"
                            .formatted(name, String.join(", ", SHIPPED.keySet())));
        }
        return classes;
    }

    private static Map<String, List<DeviceClass>> read() {
        try (InputStream in = DeviceProfiles.class.getResourceAsStream("devices.yaml")) {
            Map<String, List<DeviceClass>> profiles = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> profile : new YAMLMapper().readTree(in).properties()) {
                List<DeviceClass> classes = new ArrayList<>();
                for (JsonNode each : profile.getValue()) {
                    classes.add(
                            new DeviceClass(
                                    each.required("name").asText(),
                                    each.required("share").asDouble(),
                                    each.required("payload").asInt(),
                                    Durations.parse(each.required("interval").asText()).toNanos()));
                }
                profiles.put(profile.getKey(), List.copyOf(classes));
            }
            return profiles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
