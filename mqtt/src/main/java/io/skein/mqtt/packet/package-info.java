/**
 * The fifteen control packets as immutable values, the same for MQTT 3.1, 3.1.1 and 5. What a
 * version lacks is empty here (no properties, {@code SUCCESS} as reason). How packets look as bytes
 * is the business of {@link io.skein.mqtt.codec}.
 */
@NullMarked
package io.skein.mqtt.packet;

import org.jspecify.annotations.NullMarked;
