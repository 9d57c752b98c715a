/**
 * Packets as bytes and back, for MQTT 3.1, 3.1.1 and 5 at once: {@link
 * io.skein.mqtt.codec.PacketDecoder} refuses everything the specification forbids within a packet,
 * {@link io.skein.mqtt.codec.PacketEncoder} writes nothing it forbids. What depends on more than
 * the packets of one direction (sessions, packet ids in use, permissions) is decided elsewhere;
 * nothing here reads or writes a socket.
 */
@NullMarked
package io.skein.mqtt.codec;

import org.jspecify.annotations.NullMarked;
