package io.skein.cluster.bridge;

import io.skein.mqtt.ProtocolVersion;
import java.util.List;

/** A way to speak to the far side. */
enum Dialect {
    /** MQTT 5: No Local, Retain As Published, user properties, reasons. */
    MQTT_5("MQTT 5", ProtocolVersion.MQTT_5),
    /**
     * MQTT 3.1.1 with the highest bit of the protocol level set, by which Mosquitto and others know
     * a bridge: they do not send it what it has published, and keep RETAIN as it was.
     */
    MQTT_3_1_1_BRIDGE("MQTT 3.1.1 as a bridge", ProtocolVersion.MQTT_3_1_1),
    /** MQTT 3.1.1 as any client speaks it. */
    MQTT_3_1_1("MQTT 3.1.1", ProtocolVersion.MQTT_3_1_1);

    private final String text;
    private final ProtocolVersion version;

    Dialect(String text, ProtocolVersion version) {
        this.text = text;
        this.version = version;
    }

    /**
     * Those that a setting allows, in the order to try them.
     *
     * @throws IllegalArgumentException if there is no such setting
     */
    static List<Dialect> named(String setting) {
        return switch (setting) {
            case "auto" -> List.of(values());
            case "5" -> List.of(MQTT_5);
            case "3.1.1" -> List.of(MQTT_3_1_1_BRIDGE, MQTT_3_1_1);
            default ->
                    throw new IllegalArgumentException(
                            "'" + setting + "' is no protocol: auto, 5 or 3.1.1");
        };
    }

    ProtocolVersion version() {
        return version;
    }

    boolean isMqtt5() {
        return this == MQTT_5;
    }

    @Override
    public String toString() {
        return text;
    }
}
