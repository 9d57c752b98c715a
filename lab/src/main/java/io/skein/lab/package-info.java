/**
 * The laboratory: workloads, open-loop load, measurement, targets, faults, history checking and
 * reports. It shares no code with the broker or the server, so that a mistake there cannot hide
 * itself here; only the packets of {@code io.skein.mqtt} are common.
 */
@NullMarked
package io.skein.lab;

import org.jspecify.annotations.NullMarked;
