package io.skein.server;

import io.skein.cluster.Architecture;
import io.skein.cluster.ArchitectureOption;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

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

    /** The settings of the architecture with this name; none if there is no such architecture. */
    public static List<ArchitectureOption> options(String name) {
        Architecture architecture = find(name);
        return architecture == null ? List.of() : architecture.options();
    }

    /** The one with this name. */
    static Architecture named(String name) throws StartException {
        Architecture architecture = find(name);
        if (architecture == null) {
            throw new StartException(unknown(name));
        }
        return architecture;
    }

    /** The one with this name; null if there is none. */
    static @Nullable Architecture find(String name) {
        for (Architecture architecture : ServiceLoader.load(Architecture.class)) {
            if (architecture.name().equals(name)) {
                return architecture;
            }
        }
        return null;
    }

    static String unknown(String name) {
        List<String> there = names();
        return "there is no architecture '%s'; there are: %s"
                .formatted(name, there.isEmpty() ? "none" : String.join(", ", there));
    }
}
