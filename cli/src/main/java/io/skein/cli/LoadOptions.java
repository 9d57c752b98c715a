package io.skein.cli;

import io.skein.lab.bench.BenchOptions;
import io.skein.lab.workload.Layout;
import io.skein.lab.workload.PayloadSizes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** One load: who publishes what to whom. */
final class LoadOptions {
    @Mixin private RunOptions run = new RunOptions();

    @Option(
            names = "--publishers",
            paramLabel = "N",
            description = "How many clients publish (default: 1).")
    private @Nullable Integer publishers;

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            description = "How many clients subscribe (default: 1).")
    private @Nullable Integer subscribers;

    @Option(
            names = "--topics",
            paramLabel = "N",
            description = "How many topics they share (default: 1).")
    private @Nullable Integer topics;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "What sets topics and, where it is not given, the number of subscribers: pairs,"
                            + " fan-out, fan-in, wildcard (each publisher its topic, each subscriber all)"
                            + " or shared.")
    private @Nullable String layout;

    @Option(names = "--qos", paramLabel = "QOS", description = "0 (default), 1 or 2.")
    private @Nullable Integer qos;

    @Option(
            names = "--subscriber-qos",
            paramLabel = "QOS",
            description = "Of the subscriptions (default: as --qos).")
    private @Nullable Integer subscriberQos;

    @Option(
            names = "--payload",
            paramLabel = "SIZES",
            description =
                    "Bytes of payloads: 64 (default), a range as 64-1024, or sizes with weights as"
                            + " 64:90,1024:10.")
    private @Nullable String payload;

    @Option(
            names = "--shared",
            description =
                    "The subscribers of a topic share one subscription: one gets each message.")
    private boolean shared;

    @Option(
            names = "--retained",
            description =
                    "The broker keeps the last message of each topic; it is rid of them at the end.")
    private boolean retained;

    @Option(
            names = "--persistent",
            description = "The subscribers have sessions that outlive their connections.")
    private boolean persistent;

    @Option(
            names = "--reconnect",
            paramLabel = "WHO:TIME[:TIME]",
            description =
                    "Clients come and go, with a rate: publishers, subscribers or both, how long they stay"
                            + " and how long they are away, as subscribers:10s:2s.")
    private @Nullable String reconnect;

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is not to be understood
     */
    BenchOptions.Builder options(CommandSpec spec) {
        BenchOptions.Builder options = run.options(spec);
        Given.apply(publishers, options::publishers);
        Given.apply(subscribers, options::subscribers);
        Given.apply(topics, options::topics);
        Given.apply(layout, text -> options.layout(Layout.parse(text)));
        Given.apply(qos, options::qos);
        Given.apply(subscriberQos, options::subscriberQos);
        Given.apply(payload, text -> options.payload(PayloadSizes.parse(text)));
        Given.apply(reconnect, text -> options.reconnects(text));
        return options.shared(shared).retained(retained).persistent(persistent);
    }
}
