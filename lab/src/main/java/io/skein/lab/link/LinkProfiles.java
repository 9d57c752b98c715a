package io.skein.lab.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The profiles that are shipped, in {@code profiles.yaml} with the sources of their figures. */
public final class LinkProfiles {
    private static final List<LinkProfile> SHIPPED = read();

    private LinkProfiles() {}

    /** All of them, the nearest first. */
    public static List<LinkProfile> shipped() {
        return SHIPPED;
    }

    /**
     * The profile that a text names, with figures of its own behind it: {@code 5g}, {@code
     * 5g:delay=30ms,down-bandwidth=5Mbit}.
     *
     * @throws IllegalArgumentException if it names none, or a figure is not one
     */
    public static LinkProfile parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        LinkProfile profile =
                SHIPPED.stream()
                        .filter(shipped -> shipped.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "'%s' names no link; there are %s"
                                                .formatted(name, names())));
        Map<String, String> settings = new LinkedHashMap<>();
        if (colon >= 0) {
            for (String setting : text.substring(colon + 1).split(",")) {
                int equals = setting.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(
                            "'%s' of link '%s' is not key=value".formatted(setting, text));
                }
                settings.put(setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
        return profile.with(settings);
    }

    /** Their names with commas between them. */
    public static String names() {
        return SHIPPED.stream().map(LinkProfile::name).collect(Collectors.joining(", "));
    }

    private static List<LinkProfile> read() {
        try (InputStream in = LinkProfiles.class.getResourceAsStream("profiles.yaml")) {
            List<LinkProfile> profiles = new ArrayList<>();
            for (JsonNode node : new YAMLMapper().readTree(in)) {
                profiles.add(
                        new LinkProfile(
                                node.required("name").asText(),
                                node.required("title").asText(),
                                impairment(node.required("up")),
                                impairment(node.required("down")),
                                node.required("source").asText().strip()));
            }
            return List.copyOf(profiles);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Impairment impairment(JsonNode node) {
        Impairment way = Impairment.NONE;
        for (String key : List.of("delay", "jitter", "loss", "bandwidth")) {
            way = LinkFigures.set(way, key, node.required(key).asText());
        }
        return way;
    }
}
