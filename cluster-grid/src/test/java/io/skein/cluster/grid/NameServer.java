package io.skein.cluster.grid;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A DNS server on the loopback address that knows what it is told, from then on. */
final class NameServer implements AutoCloseable {
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
    private final Channel channel;

    NameServer() {
        channel =
                new Bootstrap()
                        .group(loops)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        made.pipeline()
                                                .addLast(
                                                        new DatagramDnsQueryDecoder(),
                                                        new DatagramDnsResponseEncoder(),
                                                        new Answers());
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    /** As {@code cluster.dns-server} names it. */
    String address() {
        return "127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** One more address of a name. */
    void address(String name, String address) {
        try {
            add(name, DnsRecordType.A, InetAddress.getByName(address).getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(address, impossible);
        }
    }

    /** One more place of a service. */
    void service(String name, String target, int port) {
        ByteBuf record = Unpooled.buffer().writeShort(0).writeShort(0).writeShort(port);
        for (String label : target.split("\\.")) {
            record.writeByte(label.length());
            record.writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        record.writeByte(0);
        byte[] bytes = new byte[record.readableBytes()];
        record.readBytes(bytes).release();
        add(name, DnsRecordType.SRV, bytes);
    }

    private void add(String name, DnsRecordType type, byte[] record) {
        records.computeIfAbsent(key(name, type), _ -> new CopyOnWriteArrayList<>()).add(record);
    }

    private static String key(String name, DnsRecordType type) {
        return name.replaceFirst("\\.$", "") + " " + type.name();
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            List<byte[]> found =
                    records.getOrDefault(key(question.name(), question.type()), List.of());
            InetSocketAddress here = query.recipient();
            InetSocketAddress there = query.sender();
            DatagramDnsResponse response = new DatagramDnsResponse(here, there, query.id());
            response.setCode(found.isEmpty() ? DnsResponseCode.NXDOMAIN : DnsResponseCode.NOERROR);
            response.addRecord(
                    DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
            for (byte[] record : found) {
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                question.name(),
                                question.type(),
                                1,
                                Unpooled.wrappedBuffer(record)));
            }
            context.writeAndFlush(response);
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loops.shutdownGracefully();
    }
}
