/**
 * The port between the broker core and a clustering architecture: what an architecture must do
 * ({@link io.skein.cluster.Cluster} and the three stores behind it), what it may ask of the broker
 * on its node ({@link io.skein.cluster.LocalBroker}), and what it may promise ({@link
 * io.skein.cluster.Promise}). No architecture lives here and no protocol rule.
 *
 * <p>Threading, for every method of the port unless it says otherwise: it may be called from any
 * thread, it never blocks, and its completion is called exactly once, on any thread, possibly
 * before the method returns. Calls about one session come from one thread at a time, and their
 * effects take place in the order of the calls.
 *
 * <p>Time is in nanoseconds since the epoch, from a clock that does not go back within a process.
 */
@NullMarked
package io.skein.cluster;

import org.jspecify.annotations.NullMarked;
