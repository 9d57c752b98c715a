package io.skein.lab.agent;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.workload.PayloadSizes;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Spread;
import io.skein.lab.workload.Subscribing;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is to connect, as it is sent: {@link FleetOptions} in plain words.
 *
 * @param further what need not be there: user name, password, and the files for TLS, which are
 *     those of the agent's machine
 */
record LoadOrder(
        String runId,
        List<String> targets,
        ProtocolVersion version,
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
        boolean persistent,
        boolean insecure,
        Map<String, String> further) {
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String CA_FILE = "ca_file";
    private static final String CERT_FILE = "cert_file";
    private static final String KEY_FILE = "key_file";

    static LoadOrder of(FleetOptions options, TlsFiles tls, Share share) {
        Map<String, String> further = new HashMap<>();
        put(further, USERNAME, options.username());
        put(further, PASSWORD, options.password());
        put(further, CA_FILE, tls.caFile());
        put(further, CERT_FILE, tls.certFile());
        put(further, KEY_FILE, tls.keyFile());
        Workload workload = options.workload();
        return new LoadOrder(
                options.runId(),
                options.targets().stream().map(BrokerAddress::toString).toList(),
                options.version(),
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
                workload.persistent(),
                tls.insecure(),
                further);
    }

    private static void put(Map<String, String> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value.toString());
        }
    }

    /**
     * The same for a fleet.
     *
     * @throws IllegalArgumentException if something is out of bounds
     * @throws LoadFailedException if a file cannot be read
     */
    FleetOptions options() throws LoadFailedException {
        TlsFiles tls = new TlsFiles(path(CA_FILE), path(CERT_FILE), path(KEY_FILE), insecure);
        try {
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
                    targets.stream().map(BrokerAddress::parse).toList(),
                    version,
                    further.get(USERNAME),
                    further.get(PASSWORD),
                    tls.isGiven() ? tls.context() : null,
                    runId,
                    threads);
        } catch (IOException e) {
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Path path(String key) {
        String path = further.get(key);
        return path == null ? null : Path.of(path);
    }

    @Override
    public String toString() {
        return "run " + runId; // no password
    }
}
