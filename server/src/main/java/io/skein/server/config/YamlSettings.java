package io.skein.server.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.skein.server.config.ConfigurationException.Problem;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file into settings, each with its line. A list of plain values becomes one value
 * with commas; what YAML makes of a value (number, truth) does not count, only what was written.
 */
final class YamlSettings {
    private final String file;
    private final YAMLParser parser;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<Problem> problems;

    private YamlSettings(String file, YAMLParser parser, List<Problem> problems) {
        this.file = file;
        this.parser = parser;
        this.problems = problems;
    }

    /**
     * The settings of a file by path.
     *
     * @param file its name, for messages
     * @param problems what is wrong is added here
     */
    static Map<String, Setting> read(String file, Reader text, List<Problem> problems)
            throws IOException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            YamlSettings reader = new YamlSettings(file, parser, problems);
            try {
                if (parser.nextToken() != null) {
                    reader.value("");
                }
            } catch (JacksonException e) {
                problems.add(new Problem(reader.where(e.getLocation()), e.getOriginalMessage()));
            }
            return reader.settings;
        }
    }

    private void value(String path) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> section(path);
            case START_ARRAY -> list(path);
            case VALUE_NULL -> add(path, null);
            default -> add(path, scalar());
        }
    }

    private void section(String path) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String inner = path.isEmpty() ? name : path + "." + name;
            parser.nextToken();
            value(inner);
        }
    }

    private void list(String path) throws IOException {
        String where = where();
        List<String> plain = new ArrayList<>();
        int index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isScalarValue()) {
                plain.add(scalar());
            } else {
                value(path + "." + index);
            }
            index++;
        }
        if (plain.size() == index) {
            add(new Setting(path, String.join(",", plain), where));
        } else if (!plain.isEmpty()) {
            problems.add(new Problem(where, "the list '" + path + "' mixes values and sections"));
        }
    }

    private String scalar() throws IOException {
        if (parser.isCurrentAlias()) {
            problems.add(
                    new Problem(where(), "references (*" + parser.getText() + ") are not read"));
        }
        return parser.getText();
    }

    private void add(String path, @Nullable String value) {
        add(new Setting(path, value, where()));
    }

    private void add(Setting setting) {
        Setting before = settings.putIfAbsent(setting.path(), setting);
        if (before != null) {
            problems.add(
                    new Problem(
                            setting.where(),
                            "'%s' stands at %s already".formatted(setting.path(), before.where())));
        }
    }

    private String where() {
        return where(parser.currentTokenLocation());
    }

    private String where(JsonLocation location) {
        return file + ":" + location.getLineNr();
    }
}
