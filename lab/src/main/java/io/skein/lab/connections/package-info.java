/** Connections alone: how fast a broker takes them, and what they cost it while nothing happens. */
@NullMarked
package io.skein.lab.connections;

import org.jspecify.annotations.NullMarked;
