package io.skein.server;

import io.skein.cluster.Architecture;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The architectures on the class path. */
public final class Architectures {
    private Architectures() {}

    /** All of them, by name. */
    public static List<String> names() {
        return ServiceLoader.load(Architecture.class).stream()
                .map(provider -> provider.get().name())
                .sorted()
                .toList();
    }

    /** The one with this name. */
    static Architecture named(String name) throws StartException {
        for (Architecture architecture : ServiceLoader.load(Architecture.class)) {
            if (architecture.name().equals(name)) {
                return architecture;
            }
        }
        String there = names().stream().collect(Collectors.joining(", "));
        throw new StartException(
                "there is no architecture '%s'; there are: %s"
                        .formatted(name, there.isEmpty() ? "none" : there));
    }
}
