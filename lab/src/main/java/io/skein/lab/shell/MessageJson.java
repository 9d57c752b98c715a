package io.skein.lab.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.Locale;

/** {@code %j} and {@code %J}: a message as JSON, its payload as a string or as the JSON it is. */
final class MessageJson implements FormatPart {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final boolean payloadIsJson;
    private final ObjectWriter writer;

    MessageJson(boolean payloadIsJson, boolean pretty) {
        this.payloadIsJson = payloadIsJson;
        this.writer = pretty ? MAPPER.writerWithDefaultPrettyPrinter() : MAPPER.writer();
    }

    @Override
    public void write(Publish message, ZonedDateTime at, ByteArrayOutputStream out)
            throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("tst", TimeFormat.json(at));
        node.put("topic", message.topic().name());
        node.put("qos", message.qos().value());
        node.put("retain", message.retain() ? 1 : 0);
        node.put("payloadlen", message.payload().length);
        if (message.qos() != QoS.AT_MOST_ONCE) {
            node.put("mid", message.packetId());
        }
        if (!message.properties().isEmpty()) {
            node.set("properties", properties(message.properties()));
        }
        if (payloadIsJson) {
            try {
                node.set("payload", MAPPER.readTree(message.payload()));
            } catch (JsonProcessingException e) {
                throw new IOException(
                        "message payload is not valid JSON on topic " + message.topic(), e);
            }
        } else {
            node.put("payload", new String(message.payload(), StandardCharsets.UTF_8));
        }
        out.writeBytes(writer.writeValueAsBytes(node));
    }

    private static ObjectNode properties(Properties properties) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (!properties.userProperties().isEmpty()) {
            ObjectNode users = node.putObject("user-properties");
            properties.userProperties().forEach(user -> users.put(user.name(), user.value()));
        }
        properties
                .singleValues()
                .forEach((property, value) -> {
                    String name = property.name().toLowerCase(Locale.ROOT).replace('_', '-');
                    switch (value) {
                        case Long number -> node.put(name, number);
                        case byte[] bytes ->
                                node.put(name, new String(bytes, StandardCharsets.UTF_8));
                        default -> node.put(name, value.toString());
                    }
                });
        if (!properties.subscriptionIdentifiers().isEmpty()) {
            ArrayNode identifiers = node.putArray("subscription-identifier");
            properties.subscriptionIdentifiers().forEach(identifiers::add);
        }
        return node;
    }
}
