package io.skein.server.config;

import io.skein.server.config.ConfigurationException.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Typed access to settings: refuses those nobody knows, and notes every value that is wrong. */
final class SettingsReader {
    private static final Pattern PLACE = Pattern.compile("\\.\\d+\\.");
    private static final String OPTIONS = Keys.CLUSTER + ".";

    private final Map<String, Setting> settings;
    private final List<Problem> problems;

    SettingsReader(Map<String, Setting> settings, List<Problem> problems) {
        this.settings = settings;
        this.problems = problems;
    }

    /** Notes every setting whose key does not exist. */
    void refuseUnknown() {
        List<String> known = Keys.all().stream().map(Key::path).toList();
        List<String> sections = Keys.sections().toList();
        for (Setting setting : settings.values()) {
            String path = PLACE.matcher(setting.path()).replaceFirst("[].");
            if (known.contains(path) || path.startsWith(OPTIONS)) {
                continue;
            }
            if (sections.contains(path)) {
                refuseValueOfSection(setting);
                continue;
            }
            Optional<String> nearest = NearestName.of(path, known);
            String hint =
                    nearest.map(name -> "did you mean '" + name + "'?")
                            .orElse("known are " + String.join(", ", topLevel(known)));
            problem(setting, "unknown key '%s'; %s".formatted(path, hint));
        }
    }

    private static Set<String> topLevel(List<String> known) {
        Set<String> names = new TreeSet<>();
        names.add(Keys.CLUSTER);
        known.forEach(path -> names.add(path.replaceFirst("(\\[\\])?\\..*", "")));
        return names;
    }

    private void refuseValueOfSection(Setting setting) {
        if (setting.value() == null) {
            return; // a section that says nothing
        }
        String path = setting.path();
        problem(
                setting,
                path.equals(Keys.LISTENERS)
                        ? "'listeners' is a list of sections and needs at least one"
                        : "'%s' is a section, not a value".formatted(path));
    }

    /** The value of a key, its standard where nothing is said or what is said is wrong. */
    <T> T value(Key<T> key) {
        return value(key, key.path());
    }

    /** The value of a key of one listener. */
    <T> T value(Key<T> key, int place) {
        return value(key, at(key, place));
    }

    /** The value of a key that has no standard: null where nothing is said. */
    <T> @Nullable T optional(Key<T> key) {
        return optional(key, key.path());
    }

    /** The same for a key of one listener. */
    <T> @Nullable T optional(Key<T> key, int place) {
        return optional(key, at(key, place));
    }

    private <T> T value(Key<T> key, String path) {
        T value = optional(key, path);
        return value == null ? key.type().parse().apply(key.standard()) : value;
    }

    private <T> @Nullable T optional(Key<T> key, String path) {
        Setting setting = settings.get(path);
        if (setting == null) {
            return null;
        }
        if (setting.value() == null) {
            problem(setting, "'%s' has no value".formatted(path));
            return null;
        }
        try {
            return key.type().parse().apply(setting.value());
        } catch (IllegalArgumentException e) {
            problem(setting, "%s: '%s' %s".formatted(path, setting.value(), e.getMessage()));
            return null;
        }
    }

    private static String at(Key<?> key, int place) {
        return key.path().replace("[]", "." + place);
    }

    /** How many listeners are spoken of; 0 for none. */
    int listeners() {
        int count = 0;
        for (String path : settings.keySet()) {
            String[] names = path.split("\\.", 3);
            if (names.length == 3 && names[0].equals(Keys.LISTENERS) && names[1].matches("\\d+")) {
                count = Math.max(count, Integer.parseInt(names[1]) + 1);
            }
        }
        return count;
    }

    /** The architecture's own settings without their section. */
    Map<String, String> clusterOptions() {
        Map<String, String> options = new TreeMap<>();
        for (Setting setting : settings.values()) {
            if (setting.path().startsWith(OPTIONS)) {
                String value = setting.value();
                if (value == null) {
                    problem(setting, "'%s' has no value".formatted(setting.path()));
                } else {
                    options.put(setting.path().substring(OPTIONS.length()), value);
                }
            }
        }
        return options;
    }

    /** Where the value of a key comes from; the file as a whole where it is not given. */
    String where(Key<?> key, int place, String otherwise) {
        Setting setting = settings.get(at(key, place));
        return setting == null ? otherwise : setting.where();
    }

    private void problem(Setting setting, String message) {
        problems.add(new Problem(setting.where(), message));
    }
}
