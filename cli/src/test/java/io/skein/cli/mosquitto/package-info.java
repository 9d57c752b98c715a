/** Configurations of Mosquitto and what becomes of them. */
@NullMarked
package io.skein.cli.mosquitto;

import org.jspecify.annotations.NullMarked;
