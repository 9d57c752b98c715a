/**
 * The vocabulary of MQTT that every other package shares: protocol versions, qualities of service,
 * reason codes, properties. Packets, topics and bytes live in the packages below; nothing here
 * knows a connection, a session or a clock.
 */
@NullMarked
package io.skein.mqtt;

import org.jspecify.annotations.NullMarked;
