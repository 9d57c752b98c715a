/**
 * An emulated link: a TCP proxy that delays, stalls and throttles what passes, each direction by
 * itself, and tells how late it was itself. It knows nothing of MQTT.
 */
@NullMarked
package io.skein.lab.link;

import org.jspecify.annotations.NullMarked;
