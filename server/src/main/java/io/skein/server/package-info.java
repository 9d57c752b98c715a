/**
 * What the broker needs of the world: listeners, threads, clocks, disk, configuration, security
 * back ends, metrics and the admin API. The rules of MQTT are not here but in the broker, and
 * architectures are found by {@link java.util.ServiceLoader}, never named.
 */
@NullMarked
package io.skein.server;

import org.jspecify.annotations.NullMarked;
