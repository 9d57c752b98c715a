/**
 * Topic names, topic filters and the tree that finds the filters a name matches (section 4.7 of the
 * specification). Names and filters are values that were validated when made; nothing here knows
 * what is subscribed by whom.
 */
@NullMarked
package io.skein.mqtt.topic;

import org.jspecify.annotations.NullMarked;
