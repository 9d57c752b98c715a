/**
 * The matrix of 180 runs: publishers that are commanded over MQTT, the analyser that commands them
 * and counts what arrives, and the report of all runs. The roles meet at a broker and nowhere else.
 */
@NullMarked
package io.skein.lab.stress;

import org.jspecify.annotations.NullMarked;
