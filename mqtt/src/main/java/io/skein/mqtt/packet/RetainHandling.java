package io.skein.mqtt.packet;

/**
 * Which retained messages a SUBSCRIBE asks for (section 3.8.3.1); the ordinal is the wire value.
 */
public enum RetainHandling {
    SEND,
    SEND_IF_NEW,
    DO_NOT_SEND
}
