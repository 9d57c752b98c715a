package io.skein.cli.mosquitto;

import io.skein.server.config.EffectiveSetting;
import io.skein.server.config.EffectiveYaml;
import java.util.ArrayList;
import java.util.List;

/** What came of a file: settings of Skein with the lines they come from, and notes on the rest. */
public final class Translation {
    private final List<EffectiveSetting> settings = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    Translation() {}

    void set(String path, Object value, Line line) {
        set(path, value, line.where());
    }

    /** Later values win, as with Mosquitto. */
    void set(String path, Object value, String origin) {
        settings.removeIf(setting -> setting.path().equals(path));
        settings.add(new EffectiveSetting(path, value.toString(), origin, false, false));
    }

    void note(Note note) {
        notes.add(note);
    }

    /** The value of a key, empty for none. */
    String value(String path) {
        return settings.stream()
                .filter(setting -> setting.path().equals(path))
                .map(EffectiveSetting::value)
                .findFirst()
                .orElse("");
    }

    /** What was not translated, in the order of the files. */
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    /** Whether clients could do more than Mosquitto lets them. */
    public boolean isWeaker() {
        return notes.stream().anyMatch(Note::weakens);
    }

    /** Skein's configuration, each line with where it comes from. */
    public String yaml() {
        return EffectiveYaml.of(settings);
    }
}
