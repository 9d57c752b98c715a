package io.skein.lab.load;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.ProtocolVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who connects where, and how.
 *
 * @param share which of the workload's clients are this fleet's own
 * @param tls what encrypts where the address says so; null for the defaults of the Java runtime
 * @param runId part of every client identifier and topic, so that runs do not meet
 * @param threads event loops, at least 1
 */
public record FleetOptions(
        Workload workload,
        Share share,
        List<BrokerAddress> targets,
        ProtocolVersion version,
        @Nullable String username,
        @Nullable String password,
        @Nullable SslContext tls,
        String runId,
        int threads) {}
