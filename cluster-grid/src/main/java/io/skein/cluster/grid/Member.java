package io.skein.cluster.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * What a node tells the others of itself when it joins.
 *
 * @param peer its name and which of its lives
 * @param info its addresses for clients
 * @param linkHost where it accepts links
 * @param address who it is to the grid
 */
record Member(Peer peer, NodeInfo info, String linkHost, int linkPort, UUID address) {
    InetSocketAddress link() {
        return new InetSocketAddress(linkHost, linkPort);
    }

    byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        Frames.writePeer(writer, peer);
        writer.string(info.mqttAddress());
        writer.string(info.adminAddress());
        writer.string(linkHost);
        writer.number(linkPort);
        writer.number(address.getMostSignificantBits());
        writer.number(address.getLeastSignificantBits());
        return Frames.bytes(out);
    }

    static Member decoded(byte[] bytes) {
        StateReader reader = new StateReader(Unpooled.wrappedBuffer(bytes));
        Peer peer = Frames.readPeer(reader);
        NodeInfo info = new NodeInfo(peer.node(), reader.string(), reader.string());
        String host = reader.string();
        int port = (int) reader.number();
        return new Member(peer, info, host, port, new UUID(reader.number(), reader.number()));
    }
}
