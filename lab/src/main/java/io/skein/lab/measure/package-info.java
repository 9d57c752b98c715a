/**
 * Instruments: exact accounting by sequence number, latency histograms, CPU of threads and
 * processes. They are fed by whoever measures and know nothing of MQTT.
 */
@NullMarked
package io.skein.lab.measure;

import org.jspecify.annotations.NullMarked;
