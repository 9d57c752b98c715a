/**
 * Translates the configuration of Mosquitto ({@code mosquitto.conf}, its included files and its
 * access control list) into Skein's, and tells what it could not translate.
 */
@NullMarked
package io.skein.cli.mosquitto;

import org.jspecify.annotations.NullMarked;
