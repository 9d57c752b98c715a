package io.skein.lab.check;

import io.skein.lab.experiment.Entry;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.experiment.NearestKey;
import io.skein.lab.result.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a broker promises: decides what counts as a violation, and what is only reported.
 *
 * @param name of who promises
 * @param description what that is and where it says so, in words
 * @param declared the promises that are made; those that are not in it are not
 */
public record Promises(String name, String description, Map<Promise, Declaration> declared) {
    private static final List<String> SHIPPED =
            List.of(
                    "skein-standalone",
                    "skein-standalone-os",
                    "skein-standalone-none",
                    "skein-grid",
                    "skein-bridge",
                    "skein-redis",
                    "mosquitto",
                    "rabbitmq",
                    "rabbitmq-cluster",
                    "everything");
    private static final String ALWAYS = "always";
    private static final String NEVER = "never";
    private static final String UNLESS = "unless ";

    /**
     * How a promise is made.
     *
     * @param unless the kinds of faults under which it is not; empty for always
     */
    public record Declaration(Set<String> unless) {
        /** Copies the set, in its order of the alphabet. */
        public Declaration {
            unless = java.util.Collections.unmodifiableSet(new TreeSet<>(unless));
        }

        /** As a file says it. */
        @Override
        public String toString() {
            return unless.isEmpty() ? ALWAYS : UNLESS + String.join(", ", unless);
        }
    }

    /** Copies the map; that it is an MQTT broker everybody promises. */
    public Promises {
        Map<Promise, Declaration> all = new EnumMap<>(Promise.class);
        all.put(Promise.MQTT, new Declaration(Set.of()));
        all.putAll(declared);
        declared = java.util.Collections.unmodifiableMap(all);
    }

    /** The names of the declarations that are shipped. */
    public static List<String> shipped() {
        return SHIPPED;
    }

    /**
     * What a file declares, or what is shipped under a name.
     *
     * @throws IllegalArgumentException if there is neither, or something in it is wrong; the
     *     message says where and why
     */
    public static Promises of(String nameOrPath, NearestKey nearest) {
        Path path = Path.of(nameOrPath);
        try {
            if (Files.isRegularFile(path)) {
                return parse(TextFile.read(path), nameOrPath, nearest);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!SHIPPED.contains(nameOrPath)) {
            throw new IllegalArgumentException(
                    "'%s' is no file and none of %s"
                            .formatted(nameOrPath, String.join(", ", SHIPPED)));
        }
        String file = nameOrPath + ".yaml";
        try (InputStream text = Promises.class.getResourceAsStream(file)) {
            if (text == null) {
                throw new IllegalStateException(file + " is missing");
            }
            return parse(new String(text.readAllBytes(), StandardCharsets.UTF_8), file, nearest);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    /** What the text of a file declares; otherwise as the other method. */
    static Promises parse(String text, String fileName, NearestKey nearest) {
        ExperimentFile file = ExperimentFile.parse(text, fileName, "");
        Map<Promise, Declaration> declared = new EnumMap<>(Promise.class);
        for (Entry entry : file.entries()) {
            if (!entry.key().equals("name") && !entry.key().equals("description")) {
                declare(declared, promise(entry, nearest), entry);
            }
        }
        return new Promises(
                valueOr(file, "name", fileName), valueOr(file, "description", ""), declared);
    }

    private static String valueOr(ExperimentFile file, String key, String otherwise) {
        Entry entry = file.entry(key);
        return entry == null ? otherwise : entry.value();
    }

    private static Promise promise(Entry entry, NearestKey nearest) {
        List<String> known = new ArrayList<>(List.of("name", "description"));
        for (Promise promise : Promise.values()) {
            if (promise.name().equals(entry.key())) {
                return promise;
            }
            known.add(promise.name());
        }
        throw nearest.unknown(entry, known);
    }

    private static void declare(Map<Promise, Declaration> declared, Promise promise, Entry entry) {
        String value = entry.value().strip();
        if (value.equals(ALWAYS)) {
            declared.put(promise, new Declaration(Set.of()));
        } else if (value.startsWith(UNLESS)) {
            Set<String> faults = new TreeSet<>();
            for (String fault : value.substring(UNLESS.length()).split(",")) {
                faults.add(fault.strip());
            }
            declared.put(promise, new Declaration(faults));
        } else if (!value.equals(NEVER)) {
            throw new IllegalArgumentException(
                    "%s: %s: '%s' is none of 'always', 'never', 'unless FAULT, FAULT'"
                            .formatted(entry.where(), entry.key(), entry.value()));
        }
    }
}
