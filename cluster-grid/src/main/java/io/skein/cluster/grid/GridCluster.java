package io.skein.cluster.grid;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.cluster.standalone.SessionLog;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of a grid through all its {@linkplain GridLife lives}. When the others have gone on
 * without it, because it was frozen or cut off, nothing it has counts any more: it forgets all of
 * that and joins them anew, as a process does that was killed and started again.
 */
final class GridCluster implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(GridCluster.class);

    private static final Refusal NOT_RUNNING = Refusal.unavailable("this node joins the others");

    /** How long until a node tries again to join. */
    private static final long RETRY_MILLIS = 1_000;

    /** How long the broker may take to forget its sessions. */
    private static final long FORFEIT_SECONDS = 10;

    private final GridSettings settings;
    private final Supplier<@Nullable SessionLog> disk;
    private final RoutesOfNow routes = new RoutesOfNow();
    private final SessionsOfNow sessions = new SessionsOfNow();
    private final RetainedOfNow retained = new RetainedOfNow();
    private @Nullable LocalBroker broker;
    private @Nullable Thread rebirth;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private int lives;
    private volatile GridLife life;
    private volatile long droppedBefore;

    /** Whether the present life is over. */
    private volatile boolean due;

    private volatile boolean closed;

    /**
     * A node that was not started.
     *
     * @param disk opens the log where it keeps what it has, once for each life; gives null for
     *     nowhere
     */
    GridCluster(GridSettings settings, Supplier<@Nullable SessionLog> disk) {
        this.settings = settings;
        this.disk = disk;
        life = nextLife();
    }

    private GridLife nextLife() {
        return new GridLife(settings, lives++, disk.get(), this::buried);
    }

    /** The one that it lives now. */
    GridLife life() {
        return life;
    }

    @Override
    public Set<Promise> promises() {
        return life.promises();
    }

    @Override
    public CompletionStage<Void> start(LocalBroker local) {
        broker = local;
        life.start(local)
                .whenComplete((nothing, error) -> {
                    if (error == null) {
                        started.complete(null);
                    } else if (!isReborn()) {
                        started.completeExceptionally(error);
                    }
                });
        return started;
    }

    private synchronized boolean isReborn() {
        return (due || rebirth != null) && !closed;
    }

    private synchronized void buried(GridLife which) {
        if (closed || which != life) {
            return;
        }
        due = true;
        if (rebirth == null) {
            rebirth =
                    Thread.ofPlatform().daemon().name("skein-grid-rebirth").start(this::beginAnew);
        }
    }

    private void beginAnew() {
        try {
            while (isDue()) {
                endFormer();
                if (!beginNext()) {
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isDue() {
        if (!due || closed) {
            rebirth = null;
            return false;
        }
        return true;
    }

    private void endFormer() {
        life.end();
        LocalBroker local = broker;
        if (local != null) {
            local.forfeitAll()
                    .toCompletableFuture()
                    .completeOnTimeout(null, FORFEIT_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(failed -> {
                        LOG.warn("The broker has not forgotten all its sessions", failed);
                        return null;
                    })
                    .join();
        }
    }

    private boolean beginNext() {
        try {
            GridLife next;
            synchronized (this) {
                if (closed) {
                    return true;
                }
                next = nextLife();
                droppedBefore += life.droppedBetweenNodes();
                life = next;
                due = false; // unless this one is buried, too
            }
            LocalBroker local = broker;
            if (local != null) {
                next.start(local).toCompletableFuture().join();
            }
            started.complete(null);
            return true;
        } catch (CompletionException | UncheckedIOException failed) {
            LOG.warn("{} has not joined the others yet, and tries again", self().name(), failed);
            due = true;
            return closed;
        }
    }

    @Override
    public NodeInfo self() {
        return settings.self();
    }

    @Override
    public List<NodeInfo> nodes() {
        return life.nodes();
    }

    @Override
    public void announce(NodeLoad load) {
        life.announce(load);
    }

    @Override
    public Map<String, NodeLoad> loads() {
        return life.loads();
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public Routes routes() {
        return routes;
    }

    @Override
    public RetainedStore retained() {
        return retained;
    }

    @Override
    public void publish(
            Message message, Interest interest, ServedHere servedHere, Completion done) {
        GridLife now = life;
        if (now.isRunning()) {
            now.publish(message, interest, servedHere, done);
        } else {
            done.complete(NOT_RUNNING);
        }
    }

    @Override
    public @Nullable Origin nextOrigin() {
        GridLife now = life;
        return now.isRunning() ? now.nextOrigin() : null;
    }

    @Override
    public void publishAgain(Message message, List<TopicFilter> groupsHere, Completion done) {
        GridLife now = life;
        if (now.isRunning()) {
            now.publishAgain(message, groupsHere, done);
        } else {
            done.complete(NOT_RUNNING);
        }
    }

    @Override
    public void handOn(Message message, TopicFilter share, Completion done) {
        GridLife now = life;
        if (now.isRunning()) {
            now.handOn(message, share, done);
        } else {
            done.complete(NOT_RUNNING);
        }
    }

    @Override
    public boolean isCurrent() {
        return life.isCurrent();
    }

    @Override
    public void whenCurrent(Completion done) {
        life.whenCurrent(done);
    }

    @Override
    public long droppedBetweenNodes() {
        return droppedBefore + life.droppedBetweenNodes();
    }

    @Override
    public void close() {
        Thread joining;
        synchronized (this) {
            closed = true;
            joining = rebirth;
        }
        life.close();
        if (joining != null) {
            joining.interrupt();
        }
        started.completeExceptionally(new IllegalStateException("closed while starting"));
    }

    /** The routes of the present life: brokers keep this one. */
    private final class RoutesOfNow implements Routes {
        @Override
        public CompletionStage<Void> add(TopicFilter filter) {
            return life.routes().add(filter);
        }

        @Override
        public void remove(TopicFilter filter) {
            life.routes().remove(filter);
        }

        @Override
        public Interest interest(TopicName topic) {
            return life.routes().interest(topic);
        }

        @Override
        public long version() {
            return life.routes().version();
        }
    }

    private final class SessionsOfNow implements SessionStore {
        @Override
        public CompletionStage<Ownership> claim(
                String clientId, boolean cleanStart, SessionHead head) {
            GridLife now = life;
            return now.isRunning()
                    ? now.sessions().claim(clientId, cleanStart, head)
                    : CompletableFuture.failedFuture(new RefusedException(NOT_RUNNING));
        }

        @Override
        public void write(List<SessionChange> changes, Completion done) {
            GridLife now = life;
            if (now.isRunning()) {
                now.sessions().write(changes, done);
            } else {
                done.complete(NOT_RUNNING);
            }
        }

        @Override
        public void settled(String clientId, long epoch) {
            GridLife now = life;
            if (now.isRunning()) {
                now.sessions().settled(clientId, epoch);
            }
        }

        @Override
        public CompletionStage<Void> caughtUp(String clientId, long epoch) {
            GridLife now = life;
            return now.isRunning()
                    ? now.sessions().caughtUp(clientId, epoch)
                    : CompletableFuture.completedFuture(null);
        }
    }

    private final class RetainedOfNow implements RetainedStore {
        @Override
        public void put(Message message, Completion done) {
            life.retained().put(message, done);
        }

        @Override
        public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
            GridLife now = life;
            if (now.isCurrent()) {
                return now.retained().match(filter);
            }
            CompletableFuture<Iterator<Message>> found = new CompletableFuture<>();
            now.whenCurrent(refusal -> {
                if (refusal == null) {
                    now.retained().match(filter).thenAccept(found::complete);
                } else {
                    found.completeExceptionally(new RefusedException(refusal));
                }
            });
            return found;
        }

        @Override
        public long bytes(TopicName topic) {
            return life.retained().bytes(topic);
        }

        @Override
        public long size() {
            return life.retained().size();
        }

        @Override
        public long bytes() {
            return life.retained().bytes();
        }
    }
}
