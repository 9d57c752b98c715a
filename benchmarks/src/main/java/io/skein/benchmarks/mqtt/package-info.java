/** What the codec and the topic trees cost, per packet and per match. */
@NullMarked
package io.skein.benchmarks.mqtt;

import org.jspecify.annotations.NullMarked;
