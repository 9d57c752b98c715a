/**
 * The bench: one workload against any broker, from the options to the report. The load itself is
 * made in {@code io.skein.lab.load}; here it is planned, judged and told.
 */
@NullMarked
package io.skein.lab.bench;

import org.jspecify.annotations.NullMarked;
