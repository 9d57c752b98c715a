/**
 * What is asked of a broker: who publishes what to whom, when messages are due, and what stands in
 * a payload so that each one can be accounted for. Values only; nothing here sends anything.
 */
@NullMarked
package io.skein.lab.workload;

import org.jspecify.annotations.NullMarked;
