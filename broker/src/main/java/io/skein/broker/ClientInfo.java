package io.skein.broker;

import io.skein.mqtt.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * One session as an operator sees it.
 *
 * @param address of the client, empty while it is not connected
 * @param queued QoS 1 and 2 messages that wait to be sent
 * @param inflight QoS 1 and 2 messages sent and not acknowledged
 * @param connectedSinceNanos since the epoch, 0 while not connected
 */
public record ClientInfo(
        String clientId,
        String address,
        @Nullable String username,
        @Nullable ProtocolVersion protocol,
        boolean connected,
        boolean cleanSession,
        int subscriptions,
        int queued,
        int inflight,
        long connectedSinceNanos) {}
