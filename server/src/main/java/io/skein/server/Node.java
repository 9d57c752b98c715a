package io.skein.server;

import io.skein.broker.Broker;
import io.skein.broker.BrokerCounters;
import io.skein.broker.BrokerLimits;
import io.skein.broker.BrokerSettings;
import io.skein.broker.ClientInfo;
import io.skein.cluster.Architecture;
import io.skein.cluster.Cluster;
import io.skein.cluster.LinkView;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import io.skein.server.admin.AdminServer;
import io.skein.server.admin.NodeView;
import io.skein.server.balance.Balance;
import io.skein.server.balance.ClusterNeighbours;
import io.skein.server.balance.NodeClients;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.ConfigurationSource;
import io.skein.server.config.HostPort;
import io.skein.server.config.RulesFile;
import io.skein.server.net.EventLoops;
import io.skein.server.net.NetworkCounters;
import io.skein.server.net.NodeClock;
import io.skein.server.reload.Reload;
import io.skein.server.reload.ReloadReport;
import io.skein.server.reload.Reloadable;
import io.skein.server.security.Security;
import io.skein.server.system.SystemTopics;
import io.skein.server.tls.CertificateWatch;
import io.skein.server.tls.TlsContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, assembled of its configuration: started once, closed once. It takes its ports first, so
 * that one that is taken is reported before anything is joined, and serves clients when the
 * architecture says that it may. Any thread may call.
 */
public final class Node implements NodeView, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** How long clients may take to be told that the node stops. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    /** How long everything else may take: who stops a node kills it after 30 s as a rule. */
    private static final Duration RELEASE = Duration.ofSeconds(22);

    private final Configuration configuration;
    private final NodeClock clock = new NodeClock();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Security security;
    private final EventLoops loops;
    private final Listeners listeners;
    private final Reload reload;
    private final Cluster cluster;
    private final Broker broker;
    private final SystemTopics system;
    private final Balance balance;
    private final NodeInfo self;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private Node(Configuration configuration, ConfigurationSource source) throws StartException {
        this.configuration = configuration;
        this.reload = new Reload(source, configuration);
        Architecture architecture = Architectures.named(configuration.architecture());
        boolean complete = false;
        try {
            DataDirectory data = opened(DataDirectory.open(configuration.data()));
            AdminServer admin = opened(bindAdmin(configuration));
            security = opened(openSecurity(configuration));
            loops =
                    opened(
                            new EventLoops(
                                    configuration.threads(), clock, configuration.networkLimits()));
            listeners = opened(new Listeners(loops));
            listeners.open(configuration.listeners());
            opened(new CertificateWatch(listeners::contexts));
            self = describe(admin);
            NodeSettings settings =
                    new NodeSettings(
                            self,
                            data.path(),
                            configuration.durability(),
                            configuration.cluster(),
                            loops.only());
            cluster = opened(open(architecture, settings));
            BrokerLimits limits = configuration.brokerLimits();
            BrokerSettings core =
                    new BrokerSettings(limits, new ClientIds(), security.access())
                            .with(configuration.sharedSubscriptions())
                            .with(configuration.overloadLimits())
                            .withSeed(new SecureRandom().nextLong());
            broker = new Broker(core, cluster, loops.loops());
            loops.serve(broker, configuration.decoderLimits());
            system = opened(new SystemTopics(version(), broker, cluster, loops.counters(), clock));
            balance =
                    opened(
                            new Balance(
                                    self.name(),
                                    new NodeClients(broker, loops),
                                    new ClusterNeighbours(cluster),
                                    configuration.referAbovePercent()));
            reload.add(this::prepareLimits);
            reload.add(listeners);
            reload.add(this::prepareSecurity);
            reload.add(this::prepareBalance);
            admin.start(this);
            opened.remove(admin); // it looks at the cluster, so it ends before the cluster does
            opened(admin);
            complete = true;
        } finally {
            if (!complete) {
                release();
            }
        }
    }

    /**
     * Takes ports and directory and begins to join; {@link #ready} tells when clients are served.
     *
     * @throws StartException if a port, the directory or the architecture's settings cannot be
     *     used; nothing stays open then
     */
    public static Node start(Configuration configuration) throws StartException {
        return start(configuration, () -> configuration);
    }

    /**
     * The same, with a place where {@link #reload} finds what has changed since.
     *
     * @throws StartException as above
     */
    public static Node start(Configuration configuration, ConfigurationSource source)
            throws StartException {
        Node node = new Node(configuration, source);
        node.join();
        return node;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    private static Security openSecurity(Configuration configuration) throws StartException {
        try {
            return Security.open(configuration.security(), RulesFile::read);
        } catch (IOException e) {
            throw new StartException("security: " + e.getMessage(), e);
        }
    }

    private static AdminServer bindAdmin(Configuration configuration) throws StartException {
        HostPort address = configuration.admin().bind();
        try {
            return AdminServer.bind(address.toSocketAddress());
        } catch (IOException e) {
            throw new StartException(
                    "the admin API cannot listen on %s (admin.bind): %s"
                            .formatted(address, e.getMessage()),
                    e);
        }
    }

    private static Cluster open(Architecture architecture, NodeSettings settings)
            throws StartException {
        try {
            return architecture.open(settings);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new StartException(
                    "architecture '%s': %s".formatted(architecture.name(), e.getMessage()), e);
        }
    }

    private NodeInfo describe(AdminServer admin) {
        HostPort mqtt =
                reachable(
                        configuration.listeners().getFirst().bind(),
                        configuration.listeners().getFirst().advertised(),
                        listeners.firstPort());
        HostPort http =
                reachable(
                        configuration.admin().bind(),
                        configuration.admin().advertised(),
                        admin.address().getPort());
        return new NodeInfo(configuration.nodeName(), mqtt.toString(), "http://" + http);
    }

    private static HostPort reachable(HostPort bind, @Nullable HostPort advertised, int realPort) {
        if (advertised != null) {
            return advertised;
        }
        return new HostPort(bind.isWildcard() ? hostName() : bind.host(), realPort);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "127.0.0.1"; // nobody else knows a machine without a name either
        }
    }

    private void join() {
        CompletionStage<Void> joined;
        try {
            joined = broker.join();
        } catch (RuntimeException e) {
            joined = CompletableFuture.failedFuture(e);
        }
        joined.whenComplete((_, failure) -> {
            if (failure != null) {
                ready.completeExceptionally(
                        new StartException(
                                "architecture '%s' did not start: %s"
                                        .formatted(
                                                configuration.architecture(), failure.getMessage()),
                                failure));
            } else if (!closing.get()) {
                listeners.accept();
                system.start(configuration.sysIntervalSeconds());
                balance.start();
                announce();
                ready.complete(null);
            }
        });
    }

    private void announce() {
        Set<Promise> kept = cluster.promises();
        Set<Promise> notKept = EnumSet.allOf(Promise.class);
        notKept.removeAll(kept);
        LOG.info(
                "Node '{}' serves: {}, admin {}; Skein {}, architecture {}, durability {},"
                        + " threads {}; promises {}; does not promise {}",
                self.name(),
                listeners().stream()
                        .map(listener -> listener.name() + " " + listener.address())
                        .collect(Collectors.joining(", ")),
                self.adminAddress(),
                version(),
                architecture(),
                configuration.durability().name().toLowerCase(Locale.ROOT),
                configuration.threads(),
                names(kept),
                names(notKept));
        if (!configuration.admin().bind().isLoopback()) {
            LOG.warn(
                    "The admin API on {} can be read by everybody who reaches it, without"
                            + " credentials (admin.bind)",
                    configuration.admin().bind());
        }
    }

    private static String names(Set<Promise> promises) {
        return promises.isEmpty()
                ? "nothing"
                : promises.stream()
                        .sorted()
                        .map(promise -> promise.number() + " " + promise)
                        .collect(Collectors.joining(", "));
    }

    /**
     * Completes when clients are served. Fails with {@link StartException} if the architecture did
     * not start; the node is to be closed then.
     */
    public CompletionStage<Void> ready() {
        return ready;
    }

    /** Other parts that take part in a reload. */
    public void addReloadable(Reloadable part) {
        reload.add(part);
    }

    private Reloadable.Change prepareLimits(Configuration next) {
        BrokerLimits started = configuration.brokerLimits();
        BrokerLimits limits =
                next.brokerLimits()
                        .withPacketBytesMaximum(started.packetBytesMaximum())
                        .withTopicAliasMaximum(started.topicAliasMaximum());
        return () -> {
            loops.useLimits(limits, next.networkLimits());
            return List.of(); // the keys say what changed
        };
    }

    private Reloadable.Change prepareSecurity(Configuration next) throws ConfigurationException {
        try {
            Runnable change = security.prepare(next.security());
            return () -> {
                change.run();
                return List.of(); // the keys say what changed, the log which files
            };
        } catch (IOException e) {
            throw new ConfigurationException(
                    List.of(new Problem("security", String.valueOf(e.getMessage()))));
        }
    }

    private Reloadable.Change prepareBalance(Configuration next) {
        return () -> {
            balance.useReferAbovePercent(next.referAbovePercent());
            return List.of(); // the keys say what changed
        };
    }

    @Override
    public Balance balance() {
        return balance;
    }

    @Override
    public Map<String, NodeLoad> loads() {
        return ready.isDone() && !closing.get() ? cluster.loads() : Map.of();
    }

    @Override
    public CompletableFuture<Boolean> redirect(String clientId, String reference, boolean forGood) {
        return loops.redirect(clientId, reference, forGood);
    }

    @Override
    public ReloadReport reload() {
        if (closing.get()) {
            return ReloadReport.refused(List.of(new Problem("reload", "the node stops")));
        }
        return reload.run();
    }

    /** Completes when the node was closed. */
    public CompletionStage<Void> closed() {
        return closed;
    }

    /** The configuration it was started with. */
    public Configuration configuration() {
        return configuration;
    }

    /**
     * Takes no more clients, tells those it has, leaves the cluster and releases everything.
     * Returns when that is done; clients that do not listen are not waited for longer than three
     * seconds, and all of it takes less than 30.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        LOG.info("Node '{}' stops", self.name());
        Release.all(List.of(listeners), FAREWELL);
        try {
            loops.disconnectAll(ReasonCode.SERVER_SHUTTING_DOWN)
                    .get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("Some clients could not be told that the node stops: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release();
        closed.complete(null);
    }

    private void release() {
        Release.all(opened, RELEASE); // the last that was opened first
    }

    // What the admin API shows.

    @Override
    public String version() {
        String version = Node.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String architecture() {
        return configuration.architecture();
    }

    @Override
    public Set<Promise> promises() {
        return cluster.promises();
    }

    @Override
    public @Nullable String notReady() {
        if (closing.get()) {
            return "stopping";
        }
        if (!ready.isDone()) {
            return "starting";
        }
        if (ready.isCompletedExceptionally()) {
            return "could not start";
        }
        Refusal refusal = broker.notServing();
        if (refusal != null) {
            return refusal.explanation();
        }
        return balance.standing().accepting() ? null : "drained: clients are to use other nodes";
    }

    @Override
    public NodeInfo self() {
        return self;
    }

    @Override
    public List<NodeInfo> nodes() {
        return ready.isDone() && !closing.get() ? cluster.nodes() : List.of(self);
    }

    @Override
    public List<LinkView> links() {
        return cluster.links();
    }

    @Override
    public List<ListenerView> listeners() {
        return listeners.views();
    }

    @Override
    public BrokerCounters counters() {
        return broker.counters();
    }

    @Override
    public NetworkCounters networkCounters() {
        return loops.counters();
    }

    @Override
    public long certificateFailures() {
        return listeners.contexts().stream().mapToLong(TlsContext::failures).sum();
    }

    @Override
    public long certificatesEndAtSeconds() {
        return listeners.contexts().stream()
                .mapToLong(tls -> tls.expires().getEpochSecond())
                .min()
                .orElse(0);
    }

    @Override
    public long subscriptionFilters() {
        return broker.subscriptionFilters();
    }

    @Override
    public long retainedMessages() {
        return cluster.retained().size();
    }

    @Override
    public long droppedBetweenNodes() {
        return cluster.droppedBetweenNodes();
    }

    @Override
    public CompletableFuture<List<ClientInfo>> clients(int limit) {
        return loops.clients(limit);
    }

    @Override
    public long uptimeNanos() {
        return clock.uptimeNanos();
    }
}
