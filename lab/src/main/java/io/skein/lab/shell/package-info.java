/**
 * The logic of {@code pub} and {@code sub}: options, exit codes and output as people know them from
 * {@code mosquitto_pub} and {@code mosquitto_sub}, without the parsing of a command line.
 */
@NullMarked
package io.skein.lab.shell;

import org.jspecify.annotations.NullMarked;
