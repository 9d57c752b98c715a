package io.skein.server.admin;

import io.skein.broker.ClientInfo;
import io.skein.cluster.LinkView;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Promise;
import io.skein.mqtt.ProtocolVersion;
import io.skein.server.reload.ReloadReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON documents of the API: each record is one, its components are the names in it. */
final class Documents {
    private static final double NANOS_PER_SECOND = 1e9;

    private Documents() {}

    /** Any answer with a status of 400 and above. */
    record Fault(String error) {}

    /** {@code /api/v1/reload}; with problems, nothing was changed. */
    record Reload(
            boolean taken, List<String> changed, List<String> needRestart, List<Wrong> problems) {}

    /** What is wrong with a configuration, and where that was said. */
    record Wrong(String where, String message) {}

    static Reload reload(ReloadReport report) {
        List<Wrong> problems =
                report.problems().stream()
                        .map(problem -> new Wrong(problem.where(), problem.message()))
                        .toList();
        return new Reload(report.isTaken(), report.changed(), report.needRestart(), problems);
    }

    /** {@code /api/v1/rebalance}: how many clients are moved. */
    record Surplus(long surplus) {}

    /** {@code /api/v1/redirect}: who was sent where. */
    record Redirected(String client, String to, boolean permanent) {}

    /** {@code /health} and {@code /ready}. */
    record Health(String status, @Nullable String reason) {}

    /** {@code /api/v1/nodes}. */
    record Nodes(List<Member> nodes) {}

    /**
     * One node of the cluster; {@code adminAddress} is empty where it has none, {@code load} is
     * null where nothing is known.
     */
    record Member(
            String name,
            String mqttAddress,
            String adminAddress,
            boolean self,
            @Nullable NodeLoad load) {}

    /** {@code /api/v1/node}: what does not change, and what does. */
    record Node(
            String name,
            String version,
            String architecture,
            String mqttAddress,
            String adminAddress,
            List<Kept> promises,
            List<NodeView.ListenerView> listeners,
            State state) {}

    /** A promise and whether the architecture makes it. */
    record Kept(String name, String number, boolean kept) {}

    /**
     * What changes all the time, also the data of one event of {@code /api/v1/events}.
     *
     * @param alarms links that have carried nothing for longer than they may
     */
    record State(
            boolean ready,
            @Nullable String notReadyReason,
            List<Link> alarms,
            double uptimeSeconds,
            Map<String, Long> values,
            Map<String, Double> ratesPerSecond,
            Usage process) {}

    /** What the process takes; {@code residentBytes} is -1 where the system does not tell. */
    record Usage(
            double busyProcessors,
            int processors,
            long heapUsedBytes,
            long heapMaximumBytes,
            long residentBytes) {}

    /** {@code /api/v1/clients}. */
    record Clients(int limit, List<Client> clients) {}

    /** One session; {@code connectedAt} is in seconds since the epoch, null while not connected. */
    record Client(
            String clientId,
            String address,
            @Nullable String username,
            @Nullable String protocol,
            boolean connected,
            boolean cleanSession,
            int subscriptions,
            int queued,
            int inflight,
            @Nullable Double connectedAt) {}

    /** {@code /api/v1/links}. */
    record Links(List<Link> links) {}

    /**
     * One link to another broker, or to what nodes share.
     *
     * @param state connected, connecting or waiting
     * @param since when it came to that state, in seconds since the epoch
     * @param detail the protocol spoken, or why it is not connected
     * @param alarm whether it has carried nothing for longer than it may
     * @param clientId the session of this node in which its messages wait; empty for none
     */
    record Link(
            String name,
            String address,
            String state,
            double since,
            String detail,
            boolean alarm,
            String clientId,
            long queued,
            long connects,
            long sent,
            long received,
            long looped,
            long refused) {}

    static Links links(NodeView node) {
        return new Links(node.links().stream().map(Documents::link).toList());
    }

    private static Link link(LinkView link) {
        return new Link(
                link.name(),
                link.address(),
                link.state().name().toLowerCase(Locale.ROOT),
                link.sinceMillis() / 1_000.0,
                link.detail(),
                link.alarm(),
                link.sessionId(),
                link.queued(),
                link.connects(),
                link.sent(),
                link.received(),
                link.looped(),
                link.refused());
    }

    static Nodes nodes(NodeView node) {
        String self = node.self().name();
        Map<String, NodeLoad> loads = node.loads();
        return new Nodes(
                node.nodes().stream()
                        .map(member ->
                                new Member(
                                        member.name(),
                                        member.mqttAddress(),
                                        member.adminAddress(),
                                        member.name().equals(self),
                                        loads.get(member.name())))
                        .toList());
    }

    static Node node(NodeView node, Sampler.Moment moment) {
        NodeInfo self = node.self();
        Set<Promise> kept = node.promises();
        return new Node(
                self.name(),
                node.version(),
                node.architecture(),
                self.mqttAddress(),
                self.adminAddress(),
                Arrays.stream(Promise.values())
                        .map(p -> new Kept(p.name(), p.number(), kept.contains(p)))
                        .toList(),
                node.listeners(),
                state(node, moment));
    }

    static State state(NodeView node, Sampler.Moment moment) {
        Sample sample = moment.sample();
        ProcessState process = sample.process();
        return new State(
                sample.notReady() == null,
                sample.notReady(),
                node.links().stream().filter(LinkView::alarm).map(Documents::link).toList(),
                node.uptimeNanos() / NANOS_PER_SECOND,
                sample.values(),
                sample.ratesSince(moment.windowStart()),
                new Usage(
                        sample.busyProcessorsSince(moment.windowStart()),
                        process.processors(),
                        process.heapUsedBytes(),
                        process.heapMaximumBytes(),
                        process.residentBytes()));
    }

    static Clients clients(int limit, List<ClientInfo> infos) {
        return new Clients(limit, infos.stream().map(Documents::client).toList());
    }

    private static Client client(ClientInfo info) {
        return new Client(
                info.clientId(),
                info.address(),
                info.username(),
                name(info.protocol()),
                info.connected(),
                info.cleanSession(),
                info.subscriptions(),
                info.queued(),
                info.inflight(),
                info.connected() ? info.connectedSinceNanos() / NANOS_PER_SECOND : null);
    }

    private static @Nullable String name(@Nullable ProtocolVersion version) {
        return switch (version) {
            case null -> null;
            case MQTT_3_1 -> "3.1";
            case MQTT_3_1_1 -> "3.1.1";
            case MQTT_5 -> "5";
        };
    }
}
