/**
 * What a machine, some of its processes and a broker's own figures look like while something else
 * is measured: sampled from {@code /proc}, {@code $SYS} and Prometheus endpoints on a thread apart.
 */
@NullMarked
package io.skein.lab.watch;

import org.jspecify.annotations.NullMarked;
