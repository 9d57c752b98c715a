package io.skein.benchmarks.links;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntConsumer;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.util.MessageBatch;

/**
 * Messages of JGroups over the stack that Infinispan ships: one for each message and JGroups' own
 * bundler, or one for everything of a turn. The receiver answers each batch with how many it held.
 */
final class JGroupsCarrier implements Carrier {
    private final boolean batches;
    private final JChannel channel;
    private final Address peer;
    private final ByteArrayOutputStream turn = new ByteArrayOutputStream();

    JGroupsCarrier(int port, boolean batches, IntConsumer acknowledged) throws Exception {
        this.batches = batches;
        channel = channel(port + 1, port);
        channel.setReceiver(
                new Receiver() {
                    @Override
                    public void receive(Message message) {
                        acknowledged.accept(
                                ByteBuffer.wrap(
                                                message.getArray(),
                                                message.getOffset(),
                                                message.getLength())
                                        .getInt());
                    }
                });
        channel.connect("comparison");
        peer = channel.getView().getMembers().getFirst();
        if (peer.equals(channel.getAddress())) {
            throw new IllegalStateException("peer was not found");
        }
    }

    static void serve(int port, boolean batches) throws Exception {
        JChannel channel = channel(port, port);
        channel.setReceiver(
                new Receiver() {
                    @Override
                    public void receive(Message message) {
                        acknowledge(message.getSrc(), count(message));
                    }

                    @Override
                    public void receive(MessageBatch batch) {
                        int count = 0;
                        for (Message message : batch) {
                            count += count(message);
                        }
                        acknowledge(batch.getSender(), count);
                    }

                    private int count(Message message) {
                        if (!batches) {
                            return 1;
                        }
                        ByteBuffer frames =
                                ByteBuffer.wrap(
                                        message.getArray(),
                                        message.getOffset(),
                                        message.getLength());
                        int count = 0;
                        while (frames.hasRemaining()) {
                            byte[] payload = new byte[frames.getInt()];
                            frames.get(payload);
                            count++;
                        }
                        return count;
                    }

                    private void acknowledge(Address sender, int count) {
                        try {
                            channel.send(sender, ByteBuffer.allocate(4).putInt(count).array());
                        } catch (Exception broken) {
                            throw new IllegalStateException(broken);
                        }
                    }
                });
        channel.connect("comparison");
    }

    @Override
    public void send(byte[] payload) {
        if (batches) {
            turn.writeBytes(ByteBuffer.allocate(4).putInt(payload.length).array());
            turn.writeBytes(payload);
        } else {
            deliver(payload);
        }
    }

    @Override
    public void flush() {
        if (batches && turn.size() > 0) {
            deliver(turn.toByteArray());
            turn.reset();
        }
    }

    private void deliver(byte[] bytes) {
        try {
            channel.send(new BytesMessage(peer, bytes));
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    private static JChannel channel(int port, int seed) throws Exception {
        InetAddress local = InetAddress.getLoopbackAddress();
        TCP tcp = new TCP();
        tcp.setBindAddress(local).setBindPort(port).setPortRange(0);
        tcp.useVirtualThreads(true);
        tcp.setBundlerType("transfer-queue");
        TCPPING ping =
                new TCPPING()
                        .setInitialHosts(List.of(new InetSocketAddress(local, seed)))
                        .setPortRange(0);
        return new JChannel(
                tcp,
                ping,
                new FD_ALL3(),
                new VERIFY_SUSPECT2(),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().setJoinTimeout(1000).printLocalAddress(false),
                new UFC(),
                new MFC(),
                new FRAG4());
    }
}
