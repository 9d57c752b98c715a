package io.skein.benchmarks.links;

import java.util.function.IntConsumer;

/** One way of carrying messages to another process and of hearing that they were taken there. */
interface Carrier extends AutoCloseable {
    /** Hands a message over; called by one thread. */
    void send(byte[] payload);

    /** Nothing more will be handed over in this turn. */
    void flush();

    @Override
    void close();

    /** The side that receives, until its process ends; returns once it listens. */
    static void serve(String name, int port) throws Exception {
        switch (name) {
            case "jgroups" -> JGroupsCarrier.serve(port, false);
            case "jgroups-batch" -> JGroupsCarrier.serve(port, true);
            case "packets" -> NettyCarrier.serve(port, NettyCarrier.Framing.PACKETS);
            case "batches" -> NettyCarrier.serve(port, NettyCarrier.Framing.BATCHES);
            case "links" -> LinksCarrier.serve(port);
            default -> throw new IllegalArgumentException("no carrier '" + name + "'");
        }
    }

    /**
     * The side that sends.
     *
     * @param acknowledged told how many more messages, in order, were taken; from any thread
     */
    static Carrier connect(String name, int port, IntConsumer acknowledged) throws Exception {
        return switch (name) {
            case "jgroups" -> new JGroupsCarrier(port, false, acknowledged);
            case "jgroups-batch" -> new JGroupsCarrier(port, true, acknowledged);
            case "packets" -> new NettyCarrier(port, NettyCarrier.Framing.PACKETS, acknowledged);
            case "batches" -> new NettyCarrier(port, NettyCarrier.Framing.BATCHES, acknowledged);
            case "links" -> new LinksCarrier(port, acknowledged);
            default -> throw new IllegalArgumentException("no carrier '" + name + "'");
        };
    }
}
