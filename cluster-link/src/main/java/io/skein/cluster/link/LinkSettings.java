package io.skein.cluster.link;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a node takes part in the links of its cluster.
 *
 * @param cluster the cluster's name: nodes of another one are refused
 * @param secret what all nodes of the cluster know and nobody else does; may be empty
 * @param self this node
 * @param tls how links are encrypted; null where they are not
 * @param bind where to listen; port 0 for any free one
 * @param unacknowledgedBytesLimit how much a peer may be behind before frames to it are refused
 * @param frameBytesLimit the longest frame that is accepted from a peer that has proved to know the
 *     secret
 * @param loop a Netty event loop on which the links are to live, with what else is there; they have
 *     a thread of their own where it is null, or of another kind than their connections
 */
public record LinkSettings(
        String cluster,
        String secret,
        @Nullable NodeTls tls,
        Peer self,
        InetSocketAddress bind,
        long unacknowledgedBytesLimit,
        int frameBytesLimit,
        @Nullable Executor loop) {
    /** 64 MiB may be unacknowledged. */
    public static final long UNACKNOWLEDGED_BYTES_LIMIT = 64L << 20;

    /** The largest MQTT packet (256 MiB) and what may be around it. */
    public static final int FRAME_BYTES_LIMIT = (256 << 20) + (1 << 20);

    /** With the usual limits, and a thread of their own. */
    public LinkSettings(
            String cluster,
            String secret,
            @Nullable NodeTls tls,
            Peer self,
            InetSocketAddress bind) {
        this(cluster, secret, tls, self, bind, null);
    }

    /** With the usual limits. */
    public LinkSettings(
            String cluster,
            String secret,
            @Nullable NodeTls tls,
            Peer self,
            InetSocketAddress bind,
            @Nullable Executor loop) {
        this(cluster, secret, tls, self, bind, UNACKNOWLEDGED_BYTES_LIMIT, FRAME_BYTES_LIMIT, loop);
    }
}
