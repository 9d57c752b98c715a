package io.skein.broker;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What the core counts, for all shards of a node; read by any thread. */
public final class BrokerCounters {
    /** Messages that other nodes handed to this one. */
    public final LongAdder messagesFromNodes = new LongAdder();

    /** Messages handed to other nodes. */
    public final LongAdder messagesToNodes = new LongAdder();

    /** QoS 0 messages dropped because the client's write buffer was full. */
    public final LongAdder droppedSlowConsumer = new LongAdder();

    /** Messages dropped because a session's queue was full. */
    public final LongAdder droppedQueueFull = new LongAdder();

    /** Messages dropped because their expiry interval was over. */
    public final LongAdder droppedExpired = new LongAdder();

    /** Messages dropped because they were larger than the client's Maximum Packet Size. */
    public final LongAdder droppedTooLarge = new LongAdder();

    /** Messages that another member of a shared subscription got because the first had gone. */
    public final LongAdder sharedHandedOn = new LongAdder();

    /** Messages of shared subscriptions dropped because their last member had gone. */
    public final LongAdder droppedNoMember = new LongAdder();

    /** QoS 1 and 2 publishes refused because the sessions of the node held too much. */
    public final LongAdder refusedBacklogFull = new LongAdder();

    /** Retained messages not kept because there were too many. */
    public final LongAdder retainedRefused = new LongAdder();

    /** Times a client was not read for a while because it published too fast. */
    public final LongAdder publishersPaused = new LongAdder();

    /** Connections closed because their client took nothing for too long. */
    public final LongAdder slowConsumersClosed = new LongAdder();

    /** Publishes refused by the architecture or by access rules. */
    public final LongAdder publishesRefused = new LongAdder();

    /** Subscriptions refused because the session had as many as it may. */
    public final LongAdder subscriptionsRefused = new LongAdder();

    /** Connections accepted with a successful CONNACK. */
    public final LongAdder connectionsAccepted = new LongAdder();

    /** Connections refused in CONNACK. */
    public final LongAdder connectionsRefused = new LongAdder();

    /** Authentications refused, of clients that wanted in and of connected ones. */
    public final LongAdder authenticationsRefused = new LongAdder();

    /** Connections that exist now. */
    public final LongAdder connectionsOpen = new LongAdder();

    /** Sessions on this node now, with and without a connection. */
    public final LongAdder sessions = new LongAdder();

    /** Subscriptions on this node now. */
    public final LongAdder subscriptions = new LongAdder();

    /** Those of them that are shared. */
    public final LongAdder sharedSubscriptions = new LongAdder();

    /** Sessions that ended because nobody came back in time. */
    public final LongAdder sessionsExpired = new LongAdder();

    /** Clients sent to another server. */
    public final LongAdder clientsRedirected = new LongAdder();

    /** Connections closed because another one with the same client id came. */
    public final LongAdder takeovers = new LongAdder();

    /** Connections closed by a keep-alive timeout. */
    public final LongAdder keepAliveTimeouts = new LongAdder();

    /** Connections closed because of what the client sent. */
    public final LongAdder protocolErrors = new LongAdder();

    /** Wills published. */
    public final LongAdder willsPublished = new LongAdder();

    private final List<Traffic> traffic;

    BrokerCounters(int shards) {
        traffic = Stream.generate(Traffic::new).limit(shards).toList();
    }

    Traffic traffic(int shard) {
        return traffic.get(shard);
    }

    /** PUBLISH packets received from clients. */
    public long messagesReceived() {
        return traffic.stream().mapToLong(Traffic::received).sum();
    }

    /** PUBLISH packets sent to clients. */
    public long messagesSent() {
        return traffic.stream().mapToLong(Traffic::sent).sum();
    }

    /** Payload bytes of PUBLISH packets received from clients. */
    public long payloadBytesReceived() {
        return traffic.stream().mapToLong(Traffic::receivedBytes).sum();
    }

    /** Payload bytes of PUBLISH packets sent to clients. */
    public long payloadBytesSent() {
        return traffic.stream().mapToLong(Traffic::sentBytes).sum();
    }
}
