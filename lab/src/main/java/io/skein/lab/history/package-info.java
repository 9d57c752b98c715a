/**
 * What every client of a run did and saw, as a file: one event a line, to be searched by people and
 * judged by {@code check}. What the events mean for a broker is not known here.
 */
@NullMarked
package io.skein.lab.history;

import org.jspecify.annotations.NullMarked;
