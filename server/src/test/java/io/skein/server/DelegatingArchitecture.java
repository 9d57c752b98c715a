package io.skein.server;

import io.skein.cluster.Architecture;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.Promise;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionStore;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** {@code standalone} under another name, with something that happens when it has started. */
public class DelegatingArchitecture implements Architecture {
    private final String name;
    private final Consumer<LocalBroker> afterStart;
    private final long droppedBetweenNodes;

    protected DelegatingArchitecture(String name, Consumer<LocalBroker> afterStart) {
        this(name, afterStart, 0);
    }

    protected DelegatingArchitecture(
            String name, Consumer<LocalBroker> afterStart, long droppedBetweenNodes) {
        this.name = name;
        this.afterStart = afterStart;
        this.droppedBetweenNodes = droppedBetweenNodes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Cluster open(NodeSettings settings) {
        try {
            return new Delegating(Architectures.named("standalone").open(settings));
        } catch (StartException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private final class Delegating implements Cluster {
        private final Cluster cluster;

        Delegating(Cluster cluster) {
            this.cluster = cluster;
        }

        @Override
        public Set<Promise> promises() {
            return cluster.promises();
        }

        @Override
        public CompletionStage<Void> start(LocalBroker broker) {
            return cluster.start(broker).thenRun(() -> afterStart.accept(broker));
        }

        @Override
        public NodeInfo self() {
            return cluster.self();
        }

        @Override
        public List<NodeInfo> nodes() {
            return cluster.nodes();
        }

        @Override
        public SessionStore sessions() {
            return cluster.sessions();
        }

        @Override
        public Routes routes() {
            return cluster.routes();
        }

        @Override
        public RetainedStore retained() {
            return cluster.retained();
        }

        @Override
        public void publish(
                Message message, Interest interest, ServedHere servedHere, Completion done) {
            cluster.publish(message, interest, servedHere, done);
        }

        @Override
        public void handOn(Message message, TopicFilter share, Completion done) {
            cluster.handOn(message, share, done);
        }

        @Override
        public long droppedBetweenNodes() {
            return droppedBetweenNodes;
        }

        @Override
        public void close() {
            cluster.close();
        }
    }
}
