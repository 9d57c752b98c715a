/**
 * The architecture on a replicated in-memory grid: sessions, retained messages and routes live in
 * Infinispan caches, messages between nodes travel over {@code io.skein.cluster.link}. The rules of
 * MQTT are not here but in the broker.
 */
@NullMarked
package io.skein.cluster.grid;

import org.jspecify.annotations.NullMarked;
