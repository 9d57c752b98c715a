package io.skein.mqtt.codec;

/**
 * What a {@link PacketDecoder} accepts at most. A value outside the bounds given here is refused
 * with an IllegalArgumentException.
 *
 * @param packetBytesMaximum size of a packet with its fixed header, 2 to 268,435,460; larger: 0x95.
 *     This is the Maximum Packet Size to announce.
 * @param connectBytesMaximum the same for CONNECT, that is for peers nobody has authenticated yet
 * @param topicAliasMaximum highest topic alias of an incoming PUBLISH, 0 to 65,535; higher: 0x94.
 *     This is the Topic Alias Maximum to announce; a connection may hold as many topics in memory.
 * @param topicBytesMaximum UTF-8 bytes of a topic name or filter, 1 to 65,535; longer: 0x90 or 0x8F
 * @param topicLevelsMaximum levels of a topic name or filter, 1 to 1,024; more: 0x90 or 0x8F. The
 *     bound lets matching recurse once a level.
 * @param filtersMaximum filters in one SUBSCRIBE or UNSUBSCRIBE, at least 1; more: 0x97. A filter
 *     of four bytes becomes some hundred in memory.
 * @param cachedTopicsMaximum topic names a decoder remembers so as not to make them again, 0 to
 *     4,096; memory is taken only for topics that came
 */
public record DecoderLimits(
        int packetBytesMaximum,
        int connectBytesMaximum,
        int topicAliasMaximum,
        int topicBytesMaximum,
        int topicLevelsMaximum,
        int filtersMaximum,
        int cachedTopicsMaximum) {
    /** The largest packet MQTT can express: five bytes of fixed header and 268,435,455 more. */
    public static final int PROTOCOL_PACKET_BYTES = 268_435_460;

    /** 1 MiB packets, 128 KiB CONNECT, 32 aliases, 128 levels, 1,024 filters, 64 cached topics. */
    public static final DecoderLimits DEFAULT =
            new DecoderLimits(1 << 20, 1 << 17, 32, 65_535, 128, 1_024, 64);

    /** Checks the bounds. */
    public DecoderLimits {
        require("packetBytesMaximum", packetBytesMaximum, 2, PROTOCOL_PACKET_BYTES);
        require("connectBytesMaximum", connectBytesMaximum, 2, PROTOCOL_PACKET_BYTES);
        require("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        require("topicBytesMaximum", topicBytesMaximum, 1, 65_535);
        require("topicLevelsMaximum", topicLevelsMaximum, 1, 1_024);
        require("filtersMaximum", filtersMaximum, 1, Integer.MAX_VALUE);
        require("cachedTopicsMaximum", cachedTopicsMaximum, 0, 4_096);
    }

    /** These limits with another {@link #packetBytesMaximum()}. */
    public DecoderLimits withPacketBytesMaximum(int bytes) {
        return new DecoderLimits(
                bytes,
                connectBytesMaximum,
                topicAliasMaximum,
                topicBytesMaximum,
                topicLevelsMaximum,
                filtersMaximum,
                cachedTopicsMaximum);
    }

    /** These limits with another {@link #connectBytesMaximum()}. */
    public DecoderLimits withConnectBytesMaximum(int bytes) {
        return new DecoderLimits(
                packetBytesMaximum,
                bytes,
                topicAliasMaximum,
                topicBytesMaximum,
                topicLevelsMaximum,
                filtersMaximum,
                cachedTopicsMaximum);
    }

    /** These limits with another {@link #topicAliasMaximum()}. */
    public DecoderLimits withTopicAliasMaximum(int aliases) {
        return new DecoderLimits(
                packetBytesMaximum,
                connectBytesMaximum,
                aliases,
                topicBytesMaximum,
                topicLevelsMaximum,
                filtersMaximum,
                cachedTopicsMaximum);
    }

    private static void require(String name, int value, int minimum, int maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    name + " must be " + minimum + " to " + maximum + ", not " + value);
        }
    }
}
