package io.skein.mqtt;

/** The protocol versions Skein speaks, with the name and level that CONNECT carries for each. */
public enum ProtocolVersion {
    MQTT_3_1("MQIsdp", 3),
    MQTT_3_1_1("MQTT", 4),
    MQTT_5("MQTT", 5);

    private final String protocolName;
    private final int level;

    ProtocolVersion(String protocolName, int level) {
        this.protocolName = protocolName;
        this.level = level;
    }

    /** The protocol name of the CONNECT variable header. */
    public String protocolName() {
        return protocolName;
    }

    /** The protocol level byte of the CONNECT variable header. */
    public int level() {
        return level;
    }
}
