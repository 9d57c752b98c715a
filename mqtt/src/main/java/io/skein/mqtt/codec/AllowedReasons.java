package io.skein.mqtt.codec;

import static io.skein.mqtt.ReasonCode.*;

import io.skein.mqtt.ReasonCode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The reason codes each packet may carry: the tables of chapter 3 of MQTT 5. */
final class AllowedReasons {
    /** [MQTT-3.2.2-8]. */
    static final Set<ReasonCode> CONNACK =
            of(
                    SUCCESS,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    UNSUPPORTED_PROTOCOL_VERSION,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    BAD_USER_NAME_OR_PASSWORD,
                    NOT_AUTHORIZED,
                    SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    BANNED,
                    BAD_AUTHENTICATION_METHOD,
                    TOPIC_NAME_INVALID,
                    PACKET_TOO_LARGE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    CONNECTION_RATE_EXCEEDED);

    /** PUBACK [MQTT-3.4.2-1] and PUBREC [MQTT-3.5.2-1]. */
    static final Set<ReasonCode> PUBACK_PUBREC =
            of(
                    SUCCESS,
                    NO_MATCHING_SUBSCRIBERS,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_NAME_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID);

    /** The same, and what Mosquitto answers to messages beyond its message_size_limit. */
    static final Set<ReasonCode> PUBACK_PUBREC_UNDERSTOOD =
            of(
                    PACKET_TOO_LARGE,
                    SUCCESS,
                    NO_MATCHING_SUBSCRIBERS,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_NAME_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID);

    /** PUBREL [MQTT-3.6.2-1] and PUBCOMP [MQTT-3.7.2-1]. */
    static final Set<ReasonCode> PUBREL_PUBCOMP = of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND);

    /** [MQTT-3.9.3-2]. */
    static final Set<ReasonCode> SUBACK =
            of(
                    SUCCESS,
                    GRANTED_QOS_1,
                    GRANTED_QOS_2,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_FILTER_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

    /** The SUBACK return codes of MQTT 3 [MQTT-3.9.3-2]; the failure 0x80 is the only error. */
    static final Set<ReasonCode> SUBACK_MQTT_3 =
            of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR);

    /** [MQTT-3.11.3-2]. */
    static final Set<ReasonCode> UNSUBACK =
            of(
                    SUCCESS,
                    NO_SUBSCRIPTION_EXISTED,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_FILTER_INVALID,
                    PACKET_IDENTIFIER_IN_USE);

    /** [MQTT-3.14.2-1], those a client may send. */
    static final Set<ReasonCode> DISCONNECT_OF_CLIENT =
            of(
                    SUCCESS,
                    DISCONNECT_WITH_WILL,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    TOPIC_NAME_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    ADMINISTRATIVE_ACTION,
                    PAYLOAD_FORMAT_INVALID);

    /** [MQTT-3.14.2-1], those a server may send. */
    static final Set<ReasonCode> DISCONNECT_OF_SERVER =
            of(
                    SUCCESS,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    SERVER_BUSY,
                    SERVER_SHUTTING_DOWN,
                    BAD_AUTHENTICATION_METHOD,
                    KEEP_ALIVE_TIMEOUT,
                    SESSION_TAKEN_OVER,
                    TOPIC_FILTER_INVALID,
                    TOPIC_NAME_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    ADMINISTRATIVE_ACTION,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    CONNECTION_RATE_EXCEEDED,
                    MAXIMUM_CONNECT_TIME,
                    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

    /** [MQTT-3.15.2-1], those a client may send. */
    static final Set<ReasonCode> AUTH_OF_CLIENT = of(CONTINUE_AUTHENTICATION, RE_AUTHENTICATE);

    /** [MQTT-3.15.2-1], those a server may send. */
    static final Set<ReasonCode> AUTH_OF_SERVER = of(SUCCESS, CONTINUE_AUTHENTICATION);

    private AllowedReasons() {}

    /** Throws IllegalArgumentException for a reason the packet cannot carry. */
    static void require(Set<ReasonCode> allowed, ReasonCode reason) {
        if (!allowed.contains(reason)) {
            throw new IllegalArgumentException(reason + " is not among " + allowed);
        }
    }

    private static Set<ReasonCode> of(ReasonCode first, ReasonCode... rest) {
        return Collections.unmodifiableSet(EnumSet.of(first, rest));
    }
}
