package io.skein.lab.load;

import io.netty.channel.EventLoop;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.LoopTurns;
import io.skein.lab.client.MqttClient;
import io.skein.lab.workload.Placement;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All clients of a load, connected. Used by one thread; its clients live on the fleet's own event
 * loops. Closing disconnects them.
 */
public final class Fleet implements Generator {
    private static final int CONNECTING_LIMIT = 200;
    private static final long SLOT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LOSSES_KEPT_LIMIT = 1_000;

    /** Of persistent sessions in MQTT 5, in case that this process is killed. */
    private static final Properties OUTLIVES = sessionExpiry(3_600);

    private static final Properties ENDS = sessionExpiry(0);

    private final FleetOptions options;
    private final ClientLoops loops;
    private final List<EventLoop> executors;
    private final SortedMap<Integer, Member> publishers = new TreeMap<>();
    private final SortedMap<Integer, Member> subscribers = new TreeMap<>();
    private final ConcurrentLinkedQueue<LostConnection> losses = new ConcurrentLinkedQueue<>();

    /** A connection that ended without being asked to. */
    public record LostConnection(String clientId, BrokerAddress target, ConnectionLoss loss) {}

    private Fleet(FleetOptions options) {
        this.options = options;
        this.loops = ClientLoops.open(options.threads());
        this.executors = loops.executors();
        executors.forEach(executor -> executor.execute(() -> KernelThread.current().wakeInTime()));
        Workload workload = options.workload();
        Placement placement = new Placement(workload, options.targets().size());
        for (int i = 0; i < workload.publishers(); i++) {
            if (options.share().hasPublisher(workload, i)) {
                int loop = publishers.size() % executors.size();
                publishers.put(i, member("p" + i, placement.ofPublisher(i), loop, false));
            }
        }
        for (int j = 0; j < workload.subscribers(); j++) {
            if (options.share().hasSubscriber(workload, j)) {
                int loop = subscribers.size() % executors.size();
                subscribers.put(
                        j, member("s" + j, placement.ofSubscriber(j), loop, workload.persistent()));
            }
        }
    }

    private static Properties sessionExpiry(long seconds) {
        return Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, seconds).build();
    }

    private Member member(String name, int target, int loop, boolean persistent) {
        return new Member(
                "lab-" + options.runId() + "-" + name,
                options.targets().get(target),
                loop,
                persistent,
                (member, loss) -> {
                    if (losses.size() < LOSSES_KEPT_LIMIT) {
                        losses.add(new LostConnection(member.clientId(), member.target(), loss));
                    }
                });
    }

    /**
     * Connects everyone, a few hundred at a time.
     *
     * @param progress hears how many are connected, on any thread
     * @throws LoadFailedException if one of them cannot be connected, or the signal was raised
     */
    public static Fleet connect(FleetOptions options, StopSignal stop, IntConsumer progress)
            throws LoadFailedException {
        Fleet fleet = new Fleet(options);
        try {
            fleet.connectAll(stop, progress);
            return fleet;
        } catch (LoadFailedException e) {
            fleet.close();
            throw e;
        }
    }

    private void connectAll(StopSignal stop, IntConsumer progress) throws LoadFailedException {
        Semaphore slots = new Semaphore(CONNECTING_LIMIT);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<CompletableFuture<?>> connecting = new ArrayList<>();
        int started = 0;
        for (Member member : members()) {
            awaitSlot(slots, stop);
            if (failure.get() != null || stop.isRaised()) {
                break;
            }
            progress.accept(started++);
            connecting.add(
                    connect(member)
                            .whenComplete((_, thrown) -> {
                                if (thrown != null) {
                                    failure.compareAndSet(null, unwrapped(thrown));
                                }
                                slots.release();
                            }));
        }
        stop.awaitOr(
                CompletableFuture.allOf(connecting.toArray(CompletableFuture<?>[]::new)),
                Long.MAX_VALUE);
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new LoadFailedException(String.valueOf(thrown.getMessage()), thrown);
        }
        if (stop.isRaised()) {
            throw new LoadFailedException("interrupted while connecting", null);
        }
        progress.accept(started);
    }

    private static void awaitSlot(Semaphore slots, StopSignal stop) {
        while (!slots.tryAcquire() && !stop.await(SLOT_POLL_NANOS)) {
            // every attempt ends, at the latest by its time-out
        }
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof CompletionException && cause != null ? cause : thrown;
    }

    private CompletableFuture<MqttClient> connect(Member member) {
        boolean expires = options.version() == ProtocolVersion.MQTT_5;
        return connect(member, member.isPersistent(), !member.isPersistent() || expires);
    }

    /** Connects a member again that has left: to its session where it has one that lasts. */
    CompletableFuture<MqttClient> reconnect(Member member) {
        return connect(member, member.isPersistent(), !member.isPersistent());
    }

    private CompletableFuture<MqttClient> connect(
            Member member, boolean persistent, boolean cleanStart) {
        ConnectOptions connect =
                ConnectOptions.builder()
                        .version(options.version())
                        .clientId(member.clientId())
                        .credentials(options.username(), options.password())
                        .tls(options.tls())
                        .cleanStart(cleanStart)
                        .session(persistent ? member.session() : null)
                        .properties(persistent ? OUTLIVES : Properties.EMPTY)
                        .build();
        return loops.connect(member.loop(), member.target(), connect, member)
                .thenApply(client -> {
                    member.connected(client);
                    return client;
                });
    }

    FleetOptions options() {
        return options;
    }

    List<EventLoop> executors() {
        return executors;
    }

    LoopTurns turns(int loop) {
        return loops.turns(loop);
    }

    Collection<Member> publishers() {
        return publishers.values();
    }

    Collection<Member> subscribers() {
        return subscribers.values();
    }

    /** The publisher with this number, which must be one of its own. */
    Member publisher(int index) {
        return own(publishers, index);
    }

    /** The subscriber with this number, which must be one of its own. */
    Member subscriber(int index) {
        return own(subscribers, index);
    }

    private static Member own(SortedMap<Integer, Member> members, int index) {
        Member member = members.get(index);
        if (member == null) {
            throw new IllegalArgumentException("client " + index + " is another generator's");
        }
        return member;
    }

    private List<Member> members() {
        return Stream.concat(subscribers().stream(), publishers().stream()).toList();
    }

    @Override
    public RoundResult run(
            RoundPlan plan, StopSignal stop, RoundProgress.Listener listener, RoundProbe probe)
            throws LoadFailedException {
        return LoadRound.run(this, plan, stop, listener, probe, RoundPeers.NONE);
    }

    @Override
    public Collection<LostConnection> losses() {
        return losses;
    }

    /** Whether messages can still flow: on each side that it has any of, somebody lives. */
    public boolean isUseful() {
        return isUseful(publishers()) && isUseful(subscribers());
    }

    private static boolean isUseful(Collection<Member> side) {
        return side.isEmpty() || side.stream().anyMatch(Member::isAlive);
    }

    /** Leaves nothing behind: sessions that would outlive their connections are ended too. */
    @Override
    public void close() {
        List<Member> left = members().stream().filter(Member::isAlive).toList();
        await(left, member -> member.client().disconnect(ReasonCode.SUCCESS, ENDS));
        if (options.version() != ProtocolVersion.MQTT_5) {
            List<Member> again = left.stream().filter(Member::isPersistent).toList();
            await(
                    again,
                    member -> connect(member, false, true).thenCompose(MqttClient::disconnect));
        }
        loops.close();
    }

    private static void await(List<Member> each, Function<Member, CompletableFuture<?>> action) {
        CompletableFuture.allOf(each.stream().map(action).toArray(CompletableFuture<?>[]::new))
                .handle((_, thrown) -> thrown == null)
                .completeOnTimeout(false, 2, TimeUnit.SECONDS)
                .join();
    }
}
