package io.skein.mqtt.codec;

import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.Utf8;
import io.skein.mqtt.topic.InvalidTopicException;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;

/** Reads topic names and filters, with the rules of section 4.7 and the decoder's limits. */
final class TopicDecoder {
    private TopicDecoder() {}

    /** A topic name of {@code length} bytes. */
    static TopicName name(PacketInput in, int length, DecoderLimits limits, String what)
            throws MqttCodecException {
        byte[] utf8 = text(in, length, limits, ReasonCode.TOPIC_NAME_INVALID, what);
        try {
            return TopicName.ofUtf8(utf8);
        } catch (InvalidTopicException e) {
            throw in.refused(ReasonCode.TOPIC_NAME_INVALID, what + ": " + e.getMessage());
        }
    }

    /** A topic filter with its length before it. */
    static TopicFilter filter(PacketInput in, DecoderLimits limits) throws MqttCodecException {
        int length = in.twoBytes("topic filter");
        byte[] utf8 = text(in, length, limits, ReasonCode.TOPIC_FILTER_INVALID, "topic filter");
        try {
            return TopicFilter.ofUtf8(utf8);
        } catch (InvalidTopicException e) {
            throw in.refused(ReasonCode.TOPIC_FILTER_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] text(
            PacketInput in, int length, DecoderLimits limits, ReasonCode reason, String what)
            throws MqttCodecException {
        int from = in.skip(length, what);
        if (length > limits.topicBytesMaximum()) {
            throw in.refused(
                    reason,
                    what + " has " + length + " bytes, the limit is " + limits.topicBytesMaximum());
        }
        byte[] utf8 = in.copy(from, length);
        int fault = Utf8.firstFault(utf8);
        if (fault >= 0) { // [MQTT-1.5.4-1] [MQTT-4.7.3-2] ill-formed strings are malformed packets
            throw in.malformed(
                    what
                            + (utf8[fault] == 0 ? " has U+0000" : " is not UTF-8")
                            + " at byte "
                            + fault);
        }
        int levels = 1;
        for (byte b : utf8) {
            levels += b == '/' ? 1 : 0;
        }
        if (levels > limits.topicLevelsMaximum()) {
            throw in.refused(
                    reason,
                    what
                            + " has "
                            + levels
                            + " levels, the limit is "
                            + limits.topicLevelsMaximum());
        }
        return utf8;
    }
}
