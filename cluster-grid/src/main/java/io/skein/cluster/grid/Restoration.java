package io.skein.cluster.grid;

import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.link.Peer;
import io.skein.cluster.standalone.SessionLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.infinispan.AdvancedCache;
import org.infinispan.commons.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what nodes have on their disks when a cluster begins of which no node is running: of
 * each session what was kept under the greatest epoch. A node that comes to a cluster that runs has
 * nothing to bring. Nobody serves clients before it is over. The nodes tell each other by entries
 * of the shared cache how far they are. Blocks the thread that starts the node.
 */
final class Restoration {
    /** What the keys of this class in the shared cache begin with. */
    static final char KEY = 'b';

    /** It is over: stays there as long as the cluster runs. */
    private static final String OVER = KEY + "over";

    /** The names of the nodes whose disks count. */
    private static final String COUNTED = KEY + "counted";

    /** A node has this {@link Roster}. */
    private static final String ROSTER = KEY + "roster\0";

    /** A node has said of all it has under which epoch it has that. */
    private static final String OFFERED = KEY + "offered\0";

    /** What a node was to adopt is adopted, with these members. */
    private static final String ADOPTED = KEY + "adopted\0";

    private static final byte[] YES = {1};
    private static final long POLL_MILLIS = 20;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long nodes that were there are waited for although the others have everything. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Sessions that are under way at one time. */
    private static final int CONCURRENT = 128;

    private static final int RETAINED_AT_ONCE = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    private final Post post;
    private final Membership membership;
    private final GridSessions sessions;
    private final Arrivals arrivals;
    private final AdvancedCache<String, byte[]> shared;
    private final GridDisk disk;
    private final RetainedMessages retained;
    private final List<SessionLog.Found> found;
    private final int replicas;
    private final long startNanos = System.nanoTime();
    private long toldNanos = startNanos;
    private boolean retainedPut;
    private boolean offered;
    private @Nullable Set<String> adoptedWith;

    Restoration(
            Post post,
            Membership membership,
            GridSessions sessions,
            Arrivals arrivals,
            AdvancedCache<String, byte[]> shared,
            GridDisk disk,
            RetainedMessages retained,
            List<SessionLog.Found> found,
            int replicas) {
        this.post = post;
        this.membership = membership;
        this.sessions = sessions;
        this.arrivals = arrivals;
        this.shared = shared;
        this.disk = disk;
        this.retained = retained;
        this.found = found;
        this.replicas = replicas;
    }

    /** Returns when the cluster has all that there is to be brought back. */
    void run() throws InterruptedException, ExecutionException {
        boolean said = false;
        while (!isOver()) {
            try {
                if (!said) {
                    put(ROSTER + name(), disk.roster().encoded());
                    said = true;
                }
                step();
            } catch (ExecutionException | CacheException unavailable) {
                LOG.info("Others come or go: {}", unavailable.toString());
            }
            Thread.sleep(POLL_MILLIS);
        }
        CompletableFuture.runAsync(this::begin, post.loop()).get();
        if (said && !found.isEmpty()) {
            LOG.info("The cluster has what was on its disks");
        }
    }

    /** From here on the disk is behind what the cluster has, and follows it. */
    private void begin() {
        for (SessionLog.Found one : found) {
            disk.drop(one.session().clientId(), one.epoch());
        }
        disk.retainOnly(retained);
        disk.roster(membership.members());
    }

    private void step() throws InterruptedException, ExecutionException {
        Set<String> present = present();
        byte[] decided = here(COUNTED);
        if (decided == null) {
            if (isFirst()) {
                decide(present);
            }
            return;
        }
        Set<String> counted = names(decided);
        boolean mine = counted.contains(name());
        counted.retainAll(present);
        if (mine && !offered) {
            offered = each(this::offer);
            if (offered) {
                put(OFFERED + name(), YES);
            }
        }
        if (mine && counted.iterator().next().equals(name())) {
            putRetained();
        }
        if (mine && !present.equals(adoptedWith) && all(counted, OFFERED, YES)) {
            if (each((one, there) -> adopt(one, present, there))) {
                put(ADOPTED + name(), encoded(present));
                adoptedWith = present;
            }
        }
        if (isFirst() && all(counted, ADOPTED, encoded(present))) {
            put(OVER, YES);
        }
    }

    /** Which disks count: everybody who has come has said what is on its own. */
    private void decide(Set<String> present) throws InterruptedException, ExecutionException {
        Map<String, Roster> rosters = new TreeMap<>();
        for (String node : present) {
            byte[] bytes = here(ROSTER + node);
            if (bytes == null) {
                return;
            }
            rosters.put(node, Roster.decoded(bytes));
        }
        Roster latest = Roster.NONE;
        for (Roster roster : rosters.values()) {
            latest = roster.millis() > latest.millis() ? roster : latest;
        }
        Set<String> missing = new TreeSet<>();
        latest.members().forEach(member -> missing.add(member.node()));
        missing.removeAll(present);
        long now = System.nanoTime();
        if (!missing.isEmpty() && (missing.size() >= replicas || now - startNanos < GRACE_NANOS)) {
            if (now - toldNanos > TELL_NANOS) {
                toldNanos = now;
                LOG.warn("Waiting for {}: what is on their disks may be nowhere else", missing);
            }
            return;
        }
        Set<String> counted = new TreeSet<>();
        for (Map.Entry<String, Roster> entry : rosters.entrySet()) {
            Peer then = latest.life(entry.getKey());
            if (then != null && then.equals(entry.getValue().life(entry.getKey()))) {
                counted.add(entry.getKey());
            }
        }
        if (!latest.members().isEmpty()) {
            LOG.info("The cluster begins with what is on the disks of {}", counted);
        }
        put(COUNTED, encoded(counted));
    }

    private void putRetained() throws InterruptedException, ExecutionException {
        if (retainedPut) {
            return;
        }
        Map<String, byte[]> some = new HashMap<>();
        for (Message message : disk.retained()) {
            some.put(
                    SharedState.retainedKey(message.topic()),
                    Frames.encoded(out -> out.message(message)));
            if (some.size() == RETAINED_AT_ONCE) {
                shared.putAllAsync(some).get();
                some = new HashMap<>();
            }
        }
        shared.putAllAsync(some).get();
        retainedPut = true;
    }

    /** Whoever has it under the greatest epoch stands in the entry of the session. */
    private CompletableFuture<?> offer(SessionLog.Found one, byte @Nullable [] there) {
        OwnerEntry entry = OwnerTable.decoded(there);
        if (entry != null && entry.epoch() >= one.epoch()) {
            return CompletableFuture.completedFuture(null);
        }
        OwnerEntry mine =
                new OwnerEntry(one.epoch(), disk(name()), 0, null, one.session().head(), List.of());
        return sessions.owners()
                .replace(one.session().clientId(), there, mine.encoded())
                .thenCompose(replaced ->
                        replaced
                                ? CompletableFuture.completedFuture(null)
                                : look(one, this::offer));
    }

    /** What stands for the disk of a node where the entry of a session names its owner. */
    private static Peer disk(String node) {
        return new Peer(node, 0);
    }

    /** Adopts a session if it is this node's to adopt, or that of one that has died since. */
    private CompletableFuture<?> adopt(
            SessionLog.Found one, Set<String> present, byte @Nullable [] there) {
        OwnerEntry entry = OwnerTable.decoded(there);
        String node = entry == null ? "" : entry.owner().node();
        if (entry == null
                || !entry.owner().equals(disk(node))
                || (!node.equals(name()) && present.contains(node))) {
            return CompletableFuture.completedFuture(null); // somebody else's, or over
        }
        String clientId = one.session().clientId();
        OwnerEntry mine = sessions.entry(clientId, entry, one.session().head());
        byte[] mineBytes = mine.encoded();
        arrivals.expect(clientId, mine.epoch());
        return sessions.owners()
                .replace(clientId, there, mineBytes)
                .thenComposeAsync(
                        won ->
                                won
                                        ? sessions.succession()
                                                .restore(mine, mineBytes, one.session())
                                        : CompletableFuture.failedFuture(
                                                new IllegalStateException("it was replaced")),
                        post.loop())
                .whenCompleteAsync(
                        (nothing, error) -> {
                            if (error != null) {
                                Refusal refusal = Refusal.unavailable("restoration: " + error);
                                arrivals.failed(clientId, mine.epoch(), refusal);
                            }
                        },
                        post.loop());
    }

    /** Something to do with what was found, on the loop, and with the entry that is there. */
    private interface Work {
        CompletableFuture<?> of(SessionLog.Found one, byte @Nullable [] there);
    }

    private CompletableFuture<?> look(SessionLog.Found one, Work work) {
        return sessions.owners()
                .get(one.session().clientId())
                .thenComposeAsync(there -> work.of(one, there), post.loop());
    }

    /** Does it for everything that was found; false if something failed and has to be repeated. */
    private boolean each(Work work) throws InterruptedException {
        Semaphore room = new Semaphore(CONCURRENT);
        AtomicInteger failures = new AtomicInteger();
        for (SessionLog.Found one : found) {
            room.acquire();
            look(one, work)
                    .whenComplete((nothing, error) -> {
                        if (error != null) {
                            failures.incrementAndGet();
                            LOG.warn(
                                    "'{}' is not back yet: {}",
                                    one.session().clientId(),
                                    error.toString());
                        }
                        room.release();
                    });
        }
        room.acquire(CONCURRENT);
        return failures.get() == 0;
    }

    private String name() {
        return post.self().node();
    }

    private boolean isFirst() throws InterruptedException, ExecutionException {
        return CompletableFuture.supplyAsync(membership::isFirst, post.loop()).get();
    }

    private Set<String> present() throws InterruptedException, ExecutionException {
        return CompletableFuture.supplyAsync(
                        () -> {
                            Set<String> names = new TreeSet<>();
                            membership.members().forEach(member -> names.add(member.node()));
                            return names;
                        },
                        post.loop())
                .get();
    }

    private boolean isOver() {
        return here(OVER) != null;
    }

    private byte @Nullable [] here(String key) {
        return GridEngine.here(shared, key);
    }

    private void put(String key, byte[] value) throws InterruptedException, ExecutionException {
        GridEngine.blind(shared).putAsync(key, value).get();
    }

    private boolean all(Set<String> nodes, String key, byte[] value) {
        return nodes.stream().allMatch(node -> Arrays.equals(here(key + node), value));
    }

    private static byte[] encoded(Set<String> names) {
        return String.join("\0", names).getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> names(byte[] encoded) {
        Set<String> names = new TreeSet<>();
        for (String name : new String(encoded, StandardCharsets.UTF_8).split("\0", -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }
}
