package io.skein.lab.agent;

import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Spread;
import io.skein.lab.workload.Subscribing;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.QoS;

/** What an agent is to connect, as it is sent: {@link FleetOptions} in plain words. */
record LoadOrder(
        String runId,
        TargetOrder target,
        int threads,
        Spread spread,
        int generators,
        int generator,
        int publishers,
        int subscribers,
        int topics,
        int qos,
        int subscriberQos,
        String payload,
        Subscribing subscribing,
        boolean retained,
        boolean persistent) {
    static LoadOrder of(FleetOptions options, TlsFiles tls, Share share) {
        Workload workload = options.workload();
        return new LoadOrder(
                options.runId(),
                TargetOrder.of(
                        options.targets(),
                        options.version(),
                        options.username(),
                        options.password(),
                        tls),
                options.threads(),
                share.spread(),
                share.generators(),
                share.generator(),
                workload.publishers(),
                workload.subscribers(),
                workload.topics(),
                workload.qos().value(),
                workload.subscriberQos().value(),
                workload.payload().toString(),
                workload.subscribing(),
                workload.retained(),
                workload.persistent());
    }

    /**
     * The same for a fleet.
     *
     * @throws IllegalArgumentException if something is out of bounds
     * @throws LoadFailedException if a file cannot be read
     */
    FleetOptions options() throws LoadFailedException {
        return new FleetOptions(
                new Workload(
                        publishers,
                        subscribers,
                        topics,
                        QoS.of(qos),
                        QoS.of(subscriberQos),
                        PayloadSizes.parse(payload),
                        subscribing,
                        retained,
                        persistent),
                new Share(spread, generators, generator),
                target.addresses(),
                target.version(),
                target.username(),
                target.password(),
                target.tls(),
                runId,
                threads);
    }
}
