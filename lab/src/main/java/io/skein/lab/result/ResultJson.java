package io.skein.lab.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * JSON as the files of every run have it: indented, names in snake case. A field is only ever
 * added; where a meaning changes, {@link #SCHEMA_VERSION} does.
 */
public final class ResultJson {
    /** What this laboratory writes, and the latest that it reads. */
    public static final int SCHEMA_VERSION = 1;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private ResultJson() {}

    /** The beginning of a result. */
    public static ObjectNode begin(String kind) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema_version", SCHEMA_VERSION);
        root.put("kind", kind);
        return root;
    }

    /** A record or a list of them as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A record as an object, to which more can be added. */
    public static ObjectNode object(Record value) {
        return MAPPER.valueToTree(value);
    }

    /** The text of a tree or a record, with a line feed at its end. */
    public static String text(Object value) throws IOException {
        return MAPPER.writeValueAsString(value) + "\n";
    }

    /** Writes a tree or a record, whole or not at all. */
    public static void write(Path file, Object value) throws IOException {
        WholeFile.write(file, text(value));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it cannot be read or is something else; the message names the file
     */
    public static <T> T read(Path file, Class<T> form) throws IOException {
        try {
            return MAPPER.readValue(file.toFile(), form);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is not what this laboratory wrote: " + e.getOriginalMessage(), e);
        }
    }
}
