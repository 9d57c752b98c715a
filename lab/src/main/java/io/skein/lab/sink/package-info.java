/**
 * The least that a generator can be held against: a responder that speaks MQTT as far as the
 * laboratory's clients do and does nothing a broker is needed for.
 */
@NullMarked
package io.skein.lab.sink;

import org.jspecify.annotations.NullMarked;
