/**
 * An asynchronous MQTT client (3.1, 3.1.1, 5) for load generation and for the {@code pub} and
 * {@code sub} commands: thousands of connections per event loop, one write per connection and loop
 * turn, and a path without allocation for who sends prepared frames and reads payloads from the
 * buffer. It knows nothing of workloads, measurements or files.
 */
@NullMarked
package io.skein.lab.client;

import org.jspecify.annotations.NullMarked;
