package io.skein.lab.agent;

import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.IdleOptions;
import io.skein.lab.load.LoadFailedException;
import java.util.List;

/** Connections that an agent is to make, as they are sent: {@link IdleOptions} in plain words. */
record IdleOrder(
        TargetOrder target,
        String idPrefix,
        int threads,
        int count,
        int generators,
        int generator,
        double perSecond,
        int keepAliveSeconds) {
    /** The part of one agent; it chooses by itself from which of its addresses it connects. */
    static IdleOrder of(IdleOptions whole, TlsFiles tls, int agents, int agent) {
        return new IdleOrder(
                TargetOrder.of(
                        whole.targets(), whole.version(), whole.username(), whole.password(), tls),
                whole.idPrefix(),
                whole.threads(),
                whole.count(),
                agents,
                agent,
                whole.perSecond(),
                whole.keepAliveSeconds());
    }

    /**
     * The same for a fleet.
     *
     * @throws IllegalArgumentException if something is out of bounds
     * @throws LoadFailedException if a file cannot be read
     */
    IdleOptions options() throws LoadFailedException {
        return new IdleOptions(
                target.addresses(),
                target.version(),
                target.username(),
                target.password(),
                target.tls(),
                idPrefix,
                threads,
                count,
                generators,
                generator,
                perSecond,
                keepAliveSeconds,
                List.of());
    }
}
