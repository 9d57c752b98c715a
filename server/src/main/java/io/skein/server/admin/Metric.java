package io.skein.server.admin;

import io.skein.broker.BrokerCounters;
import io.skein.server.net.NetworkCounters;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A number of a node: one row makes it known to the JSON documents and to Prometheus.
 *
 * @param name as in JSON: {@code messagesReceived}
 * @param help one sentence
 * @param kind whether it only grows
 * @param read asks a node for it
 */
record Metric(String name, String help, Kind kind, ToLongFunction<NodeView> read) {
    enum Kind {
        /** Only grows; shown with its rate. */
        COUNTER,
        /** A state. */
        GAUGE
    }

    /** All of them, in the order to show them. */
    static final List<Metric> ALL =
            List.of(
                    traffic(
                            "messagesReceived",
                            "PUBLISH packets received from clients",
                            BrokerCounters::messagesReceived),
                    traffic(
                            "messagesSent",
                            "PUBLISH packets sent to clients",
                            BrokerCounters::messagesSent),
                    traffic(
                            "payloadBytesReceived",
                            "Payload bytes of PUBLISH packets received from clients",
                            BrokerCounters::payloadBytesReceived),
                    traffic(
                            "payloadBytesSent",
                            "Payload bytes of PUBLISH packets sent to clients",
                            BrokerCounters::payloadBytesSent),
                    counter(
                            "messagesFromNodes",
                            "Messages that other nodes handed to this one",
                            c -> c.messagesFromNodes),
                    counter(
                            "messagesToNodes",
                            "Messages handed to other nodes",
                            c -> c.messagesToNodes),
                    counter(
                            "droppedSlowConsumer",
                            "QoS 0 messages dropped because the client's write buffer was full",
                            c -> c.droppedSlowConsumer),
                    counter(
                            "droppedQueueFull",
                            "Messages dropped because a session's queue was full",
                            c -> c.droppedQueueFull),
                    counter(
                            "droppedExpired",
                            "Messages dropped because their expiry interval was over",
                            c -> c.droppedExpired),
                    counter(
                            "droppedTooLarge",
                            "Messages dropped because they exceed the client's maximum packet size",
                            c -> c.droppedTooLarge),
                    counter(
                            "sharedHandedOn",
                            "Messages another member of a group got because the first had gone",
                            c -> c.sharedHandedOn),
                    counter(
                            "droppedNoMember",
                            "Messages of shared subscriptions dropped as no member was left",
                            c -> c.droppedNoMember),
                    new Metric(
                            "droppedBetweenNodes",
                            "QoS 0 messages dropped because another node was too far behind or lost",
                            Kind.COUNTER,
                            NodeView::droppedBetweenNodes),
                    counter(
                            "refusedBacklogFull",
                            "Publishes refused because too many messages wait on the node",
                            c -> c.refusedBacklogFull),
                    counter(
                            "retainedRefused",
                            "Retained messages not kept because there were too many",
                            c -> c.retainedRefused),
                    counter(
                            "publishersPaused",
                            "Times a client was not read because it published too fast",
                            c -> c.publishersPaused),
                    counter(
                            "slowConsumersClosed",
                            "Connections closed because their client took nothing",
                            c -> c.slowConsumersClosed),
                    counter(
                            "subscriptionsRefused",
                            "Subscriptions refused because the session had as many as it may",
                            c -> c.subscriptionsRefused),
                    counter(
                            "publishesRefused",
                            "Publishes refused by the architecture or by access rules",
                            c -> c.publishesRefused),
                    counter(
                            "connectionsAccepted",
                            "Connections accepted with a successful CONNACK",
                            c -> c.connectionsAccepted),
                    counter(
                            "connectionsRefused",
                            "Connections refused in CONNACK",
                            c -> c.connectionsRefused),
                    counter(
                            "takeovers",
                            "Connections closed because another with the same client id came",
                            c -> c.takeovers),
                    counter(
                            "clientsRedirected",
                            "Connections closed because their client was sent to another server",
                            c -> c.clientsRedirected),
                    counter(
                            "keepAliveTimeouts",
                            "Connections closed by a keep-alive timeout",
                            c -> c.keepAliveTimeouts),
                    counter(
                            "protocolErrors",
                            "Connections closed because of what the client sent",
                            c -> c.protocolErrors),
                    counter("willsPublished", "Wills published", c -> c.willsPublished),
                    network(
                            "handshakesFailed",
                            "Connections closed because a TLS, WebSocket or PROXY handshake failed",
                            c -> c.handshakesFailed),
                    network(
                            "connectsTooLate",
                            "Connections closed because CONNECT did not come in time",
                            c -> c.connectsTooLate),
                    network(
                            "connectsUnusable",
                            "Connections closed because what came first was no CONNECT, or too large",
                            c -> c.connectsUnusable),
                    network(
                            "connectionsOverRate",
                            "Connections closed because too many came in a second",
                            c -> c.connectionsOverRate),
                    network(
                            "connectionsOverLimit",
                            "Connections closed because there were as many as there may be",
                            c -> c.connectionsOverLimit),
                    new Metric(
                            "certificateFailures",
                            "Changed certificate files that could not be used",
                            Kind.COUNTER,
                            NodeView::certificateFailures),
                    gauge(
                            "certificatesEndAtSeconds",
                            "When the first certificate of a listener ends, since the epoch; 0 for"
                                    + " none",
                            NodeView::certificatesEndAtSeconds),
                    gauge(
                            "connectionsOpen",
                            "Connections that exist now",
                            node -> node.counters().connectionsOpen.sum()),
                    gauge(
                            "drained",
                            "1 while clients are moved to other nodes and none come in",
                            node -> node.balance().standing().accepting() ? 0 : 1),
                    gauge(
                            "sessions",
                            "Sessions on this node, with and without a connection",
                            node -> node.counters().sessions.sum()),
                    gauge(
                            "subscriptions",
                            "Subscriptions on this node",
                            node -> node.counters().subscriptions.sum()),
                    gauge(
                            "subscriptionFilters",
                            "Different topic filters subscribed to on this node",
                            NodeView::subscriptionFilters),
                    gauge(
                            "retainedMessages",
                            "Retained messages, as far as this node knows",
                            NodeView::retainedMessages));

    private static Metric traffic(String name, String help, ToLongFunction<BrokerCounters> count) {
        return new Metric(name, help, Kind.COUNTER, node -> count.applyAsLong(node.counters()));
    }

    private static Metric counter(
            String name, String help, Function<BrokerCounters, LongAdder> field) {
        return new Metric(name, help, Kind.COUNTER, node -> field.apply(node.counters()).sum());
    }

    private static Metric network(
            String name, String help, Function<NetworkCounters, LongAdder> field) {
        return new Metric(
                name, help, Kind.COUNTER, node -> field.apply(node.networkCounters()).sum());
    }

    private static Metric gauge(String name, String help, ToLongFunction<NodeView> read) {
        return new Metric(name, help, Kind.GAUGE, read);
    }

    /** As Prometheus wants it: {@code skein_messages_received_total}. */
    String prometheusName() {
        String words = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        return "skein_" + words + (kind == Kind.COUNTER ? "_total" : "");
    }
}
