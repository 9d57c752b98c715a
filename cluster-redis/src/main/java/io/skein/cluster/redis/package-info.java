/**
 * The architecture of brokers without durable state: sessions, what waits for them, routes,
 * retained messages and who is there are in Redis. What has to happen at once is a function in
 * Redis, {@code skein.lua}; what only this node knows is the broker's. See DESIGN.md.
 */
@NullMarked
package io.skein.cluster.redis;

import org.jspecify.annotations.NullMarked;
