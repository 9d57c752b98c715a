package io.skein.lab.edge;

/** Which way readings go. */
enum Route {
    /** Devices, plant link, edge broker; whoever wants them is in the plant. */
    EDGE("edge"),
    /** Devices, wide link, cloud broker; whoever wants them is in the cloud. */
    CLOUD("cloud"),
    /** Devices, plant link, edge broker, forwarder, wide link, cloud broker. */
    VIA_EDGE("via edge");

    private final String words;

    Route(String words) {
        this.words = words;
    }

    /** As people are told. */
    String words() {
        return words;
    }

    boolean usesEdge() {
        return this != CLOUD;
    }

    boolean usesCloud() {
        return this != EDGE;
    }
}
