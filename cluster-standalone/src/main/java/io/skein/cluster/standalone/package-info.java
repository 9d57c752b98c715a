/**
 * The architecture of one node: everything is local, nothing is replicated. The rules of MQTT are
 * not here but in the broker; other architectures are never used from here.
 */
@NullMarked
package io.skein.cluster.standalone;

import org.jspecify.annotations.NullMarked;
