package io.skein.server.admin;

import io.skein.broker.BrokerCounters;
import io.skein.broker.ClientInfo;
import io.skein.cluster.LinkView;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Promise;
import io.skein.server.balance.Balance;
import io.skein.server.net.NetworkCounters;
import io.skein.server.reload.ReloadReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A running node as the admin API sees it. Any thread may ask; only {@link #reload} blocks. */
public interface NodeView {
    /** A port for clients: {@code address} is where it listens, {@code host:port}. */
    record ListenerView(String name, String type, String address) {}

    /** The version of Skein. */
    String version();

    /** The name of the architecture. */
    String architecture();

    /** What the architecture promises as configured. */
    Set<Promise> promises();

    /** Why clients are not served at the moment; null when they are. */
    @Nullable String notReady();

    /** This node. */
    NodeInfo self();

    /** All live members as this node sees them, itself included. */
    List<NodeInfo> nodes();

    /** Its links to other brokers, or to what nodes share; none where there are none. */
    List<LinkView> links();

    /** What is known of how loaded these are, by name. */
    Map<String, NodeLoad> loads();

    /** What moves clients to other nodes. */
    Balance balance();

    /** Its ports for clients. */
    List<ListenerView> listeners();

    /** What the core has counted since the start. */
    BrokerCounters counters();

    /** What went wrong with connections since the start. */
    NetworkCounters networkCounters();

    /** How often certificate files had changed and could not be used. */
    long certificateFailures();

    /** When the first certificate of a listener ends, in seconds since the epoch; 0 for none. */
    long certificatesEndAtSeconds();

    /** Different filters subscribed to on this node. */
    long subscriptionFilters();

    /** Retained messages, as far as this node knows. */
    long retainedMessages();

    /** QoS 0 messages that other nodes did not get from this one. */
    long droppedBetweenNodes();

    /** Up to this many sessions of this node, connected or not. */
    CompletableFuture<List<ClientInfo>> clients(int limit);

    /**
     * Sends a client to another server: MQTT 5 clients are told its name, others only disconnected.
     *
     * @param reference one or more servers as section 4.11 of MQTT 5 writes them
     * @param forGood whether the client is to stay there
     * @return whether the client was connected to this node
     */
    CompletableFuture<Boolean> redirect(String clientId, String reference, boolean forGood);

    /** Reads the configuration again and applies what can be changed while the node runs. */
    ReloadReport reload();

    /** Nanoseconds since the start. */
    long uptimeNanos();
}
