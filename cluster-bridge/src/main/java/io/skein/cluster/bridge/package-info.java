/**
 * Islands that MQTT links join: each node keeps what the standalone architecture keeps, and a link
 * is a client of both its node and a far broker that passes packets from one to the other. What
 * MQTT itself does not answer lives here: which topics pass and under which names, which way round,
 * and that no message comes back.
 */
@NullMarked
package io.skein.cluster.bridge;

import org.jspecify.annotations.NullMarked;
