package io.skein.lab.experiment;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file of keys with plain values, one of which may be a section of named groups of such
 * keys. Strict: a key that stands twice, and what is nested deeper, is refused with its line.
 */
public final class ExperimentFile {
    private final String name;
    private final String groupsKey;
    private final YAMLParser parser;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Map<String, Entry>> groups = new LinkedHashMap<>();

    private ExperimentFile(String name, String groupsKey, YAMLParser parser) {
        this.name = name;
        this.groupsKey = groupsKey;
        this.parser = parser;
    }

    /**
     * Reads a file.
     *
     * @param name of the file, for messages
     * @param groupsKey the key below which groups stand
     * @throws IllegalArgumentException if it is not such a file; the message says where and why
     */
    public static ExperimentFile parse(String text, String name, String groupsKey) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            ExperimentFile file = new ExperimentFile(name, groupsKey, parser);
            try {
                file.read();
            } catch (JacksonException e) {
                throw new IllegalArgumentException(
                        "%s:%d: %s"
                                .formatted(
                                        name,
                                        e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                                        e.getOriginalMessage()),
                        e);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail to be read
        }
    }

    /** The plain keys of the file, in its order. */
    public Collection<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The value of a plain key, or null. */
    public @Nullable Entry entry(String key) {
        return entries.get(key);
    }

    /** The groups by name, in the order of the file. */
    public Map<String, Map<String, Entry>> groups() {
        return groups;
    }

    private void read() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException(name + " is not a file of keys and values");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String where = where();
            JsonToken token = parser.nextToken();
            if (key.equals(groupsKey) && token == JsonToken.START_OBJECT) {
                readGroups();
            } else {
                add(entries, key, where);
            }
        }
    }

    private void readGroups() throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String group = parser.currentName();
            String where = where();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(
                        "%s: '%s' must have keys of its own".formatted(where, group));
            }
            Map<String, Entry> keys = new LinkedHashMap<>();
            if (groups.putIfAbsent(group, keys) != null) {
                throw new IllegalArgumentException("%s: '%s' stands twice".formatted(where, group));
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                String at = where();
                parser.nextToken();
                add(keys, key, at);
            }
        }
    }

    private void add(Map<String, Entry> to, String key, String where) throws IOException {
        Entry before = to.putIfAbsent(key, new Entry(key, value(key, where), where));
        if (before != null) {
            throw new IllegalArgumentException(
                    "%s: '%s' stands at %s already".formatted(where, key, before.where()));
        }
    }

    private String value(String key, String where) throws IOException {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<String> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(scalar(key, where));
            }
            return String.join(",", values);
        }
        return scalar(key, where);
    }

    private String scalar(String key, String where) throws IOException {
        if (!parser.currentToken().isScalarValue()
                || parser.currentToken() == JsonToken.VALUE_NULL) {
            throw new IllegalArgumentException("%s: '%s' needs a value".formatted(where, key));
        }
        return parser.getText();
    }

    private String where() {
        return name + ":" + parser.currentTokenLocation().getLineNr();
    }
}
