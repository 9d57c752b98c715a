package io.skein.server.config;

import io.skein.server.config.ConfigurationException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Typed access to settings: refuses those nobody knows, and notes every value that is wrong. */
final class SettingsReader {
    private static final Pattern PLACE = Pattern.compile("\\.(0|[1-9]\\d{0,4})\\.");
    private static final Pattern PLACED = Pattern.compile("(.+?)\\.(0|[1-9]\\d{0,4})\\..+");

    /** Options of architectures that are not to be shown, whatever the architecture calls them. */
    private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token");

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
            Matcher placed = PLACED.matcher(setting.path());
            String place = placed.matches() ? "." + placed.group(2) : ".0";
            String hint =
                    NearestName.of(path, Stream.concat(known.stream(), sections.stream()).toList())
                            .map(name -> "did you mean '" + name.replace("[]", place) + "'?")
                            .orElseGet(() -> "known are " + String.join(", ", topLevel(known)));
            problem(setting, "unknown key '%s'; %s".formatted(setting.path(), hint));
        }
    }

    private static Set<String> topLevel(List<String> known) {
        Set<String> names = new TreeSet<>();
        names.add(Keys.CLUSTER);
        known.forEach(path -> names.add(path.replaceFirst("(\\[\\])?\\..*", "")));
        return names;
    }

    private void refuseValueOfSection(Setting setting) {
        String path = setting.path();
        boolean isList = Keys.lists().anyMatch(path::equals);
        if (setting.value() == null) {
            return; // a section that says nothing
        }
        if (!isList) {
            problem(setting, "'%s' is a section, not a value".formatted(path));
        } else if (setting.value().isEmpty() && path.equals(Keys.LISTENERS)) {
            problem(setting, "'listeners' is a list of sections and needs at least one");
        } else if (!setting.value().isEmpty()) {
            problem(
                    setting,
                    "'%s' is a list of sections; a value of its first one is '%s'"
                            .formatted(path, firstOf(path)));
        }
    }

    private static String firstOf(String list) {
        return Keys.all().stream()
                .map(Key::path)
                .filter(path -> path.startsWith(list + "[]"))
                .findFirst()
                .map(path -> path.replace("[]", ".0"))
                .orElse(list + ".0");
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

    /**
     * How many sections of a list are spoken of; 0 for none. One that is left out between others is
     * a problem.
     */
    int places(String list) {
        NavigableMap<Integer, Setting> places = spokenOf(list);
        if (places.isEmpty()) {
            return 0;
        }
        Setting last = places.lastEntry().getValue();
        int first = list.equals(Keys.LISTENERS) ? 1 : 0; // there is always a listener 0
        for (int place = first; place < places.lastKey(); place++) {
            if (!places.containsKey(place)) {
                problem(
                        last,
                        "'%s': there is no %s.%d before it".formatted(last.path(), list, place));
                return place;
            }
        }
        return places.lastKey() + 1;
    }

    private NavigableMap<Integer, Setting> spokenOf(String list) {
        TreeMap<Integer, Setting> places = new TreeMap<>();
        for (Setting setting : settings.values()) {
            Matcher placed = PLACED.matcher(setting.path());
            if (placed.matches() && placed.group(1).equals(list)) {
                places.putIfAbsent(Integer.parseInt(placed.group(2)), setting);
            }
        }
        return places;
    }

    /** Every value that holds, in the order of the keys. */
    List<EffectiveSetting> effective() {
        List<EffectiveSetting> effective = new ArrayList<>();
        Set<String> listsDone = new TreeSet<>();
        for (Key<?> key : Keys.all()) {
            int brackets = key.path().indexOf("[]");
            if (brackets < 0) {
                addEffective(effective, key, key.path());
            } else if (listsDone.add(key.path().substring(0, brackets))) {
                addList(effective, key.path().substring(0, brackets));
            }
        }
        for (Setting setting : settings.values()) {
            if (setting.path().startsWith(OPTIONS) && setting.value() != null) {
                boolean secret = SECRET.matcher(setting.path()).find();
                effective.add(
                        new EffectiveSetting(
                                setting.path(), setting.value(), setting.where(), secret, false));
            }
        }
        return effective;
    }

    private void addList(List<EffectiveSetting> effective, String list) {
        int least = list.equals(Keys.LISTENERS) ? 1 : 0;
        NavigableMap<Integer, Setting> places = spokenOf(list);
        int count = places.isEmpty() ? least : places.lastKey() + 1;
        for (int place = 0; place < count; place++) {
            for (Key<?> key : Keys.all()) {
                if (key.path().startsWith(list + "[]")) {
                    addEffective(effective, key, at(key, place));
                }
            }
        }
    }

    private void addEffective(List<EffectiveSetting> effective, Key<?> key, String path) {
        Setting given = settings.get(path);
        String value = given == null ? key.standard() : given.value();
        if (value == null || (given == null && value.isEmpty())) {
            return;
        }
        String origin = given == null ? EffectiveSetting.STANDARD : given.where();
        effective.add(
                new EffectiveSetting(path, value, origin, key.isSecret(), key.isReloadable()));
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

    /** Whether somebody gave the key of one listener a value other than its standard. */
    boolean isChanged(Key<?> key, int place) {
        Setting setting = settings.get(at(key, place));
        return setting != null && !key.standard().equals(setting.value());
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
