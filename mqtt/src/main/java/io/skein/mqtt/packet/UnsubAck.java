package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;
import java.util.List;

/** Answers UNSUBSCRIBE with one reason per filter, in its order; MQTT 3 has none (section 3.11). */
public record UnsubAck(int packetId, List<ReasonCode> reasons, Properties properties)
        implements Packet {}
