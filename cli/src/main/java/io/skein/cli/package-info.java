/**
 * The {@code skein} commands, one class each: they parse arguments, call the server or the
 * laboratory, and print. Anything worth testing without a terminal lives in those modules instead.
 */
@NullMarked
package io.skein.cli;

import org.jspecify.annotations.NullMarked;
