package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;
import java.util.List;

/** Answers SUBSCRIBE with one reason per subscription, in its order (section 3.9). */
public record SubAck(int packetId, List<ReasonCode> reasons, Properties properties)
        implements Packet {}
