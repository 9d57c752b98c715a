package io.skein.broker;

import io.skein.cluster.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way from one shard to sessions of another.
 *
 * @param pending where to report once persistent sessions hold it; null where nobody waits
 */
record Delivery(Message message, Target[] targets, @Nullable Pending pending) {}
