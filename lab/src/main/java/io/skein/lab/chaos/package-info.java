/**
 * {@code skein lab chaos}: clients that do all that MQTT allows, a nemesis that breaks nodes under
 * them, both by plans that follow from a seed, and the record of what every client did and saw.
 * {@code skein lab failover} has one fault made again and again, with the same clients. Faults are
 * made in {@code fault}, the record is judged in {@code check}.
 */
@NullMarked
package io.skein.lab.chaos;

import org.jspecify.annotations.NullMarked;
