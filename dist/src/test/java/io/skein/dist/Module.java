package io.skein.dist;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The modules that hold classes: the package each one owns, and the modules it may use. */
enum Module {
    MQTT("io.skein.mqtt"),
    CLUSTER_API("io.skein.cluster", MQTT),
    BROKER("io.skein.broker", MQTT, CLUSTER_API),
    CLUSTER_TCK("io.skein.cluster.tck", MQTT, CLUSTER_API, BROKER),
    CLUSTER_LINK("io.skein.cluster.link", MQTT, CLUSTER_API),
    CLUSTER_STANDALONE("io.skein.cluster.standalone", MQTT, CLUSTER_API),
    CLUSTER_BRIDGE("io.skein.cluster.bridge", MQTT, CLUSTER_API, CLUSTER_STANDALONE),
    CLUSTER_GRID("io.skein.cluster.grid", MQTT, CLUSTER_API, CLUSTER_LINK, CLUSTER_STANDALONE),
    CLUSTER_REDIS("io.skein.cluster.redis", MQTT, CLUSTER_API),
    SERVER("io.skein.server", MQTT, CLUSTER_API, BROKER),
    LAB("io.skein.lab", MQTT),
    CLI("io.skein.cli", MQTT, CLUSTER_API, SERVER, LAB);

    private final String root;
    private final Set<Module> mayUse;

    Module(String root, Module... mayUse) {
        this.root = root;
        this.mayUse = Set.of(mayUse);
    }

    boolean mayUse(Module other) {
        return other == this || mayUse.contains(other);
    }

    /**
     * The owner of a class, by the longest root that holds its package; empty if it is not ours.
     */
    static Optional<Module> of(JavaClass type) {
        return Arrays.stream(values())
                .filter(module -> module.owns(type.getPackageName()))
                .max(Comparator.comparingInt(module -> module.root.length()));
    }

    private boolean owns(String packageName) {
        return packageName.equals(root) || packageName.startsWith(root + ".");
    }
}
