package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a majority of the members has said lately that this node is one of them. While it holds
 * nobody has gone on without this node, so that what it knows of their wishes is right; who has
 * answered it does not go on without it before that answer is out of date. A node that was frozen,
 * or that is cut off and has not noticed, does not hold it. Lives on the loop, but for {@link
 * #isHeld}.
 */
final class Lease {
    /** How often the members are asked. */
    static final long INTERVAL_MILLIS = 250;

    /** How long an answer counts, from when it was asked for: less than silence is waited out. */
    private static final long TERM_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private static final byte[] NOTHING = {};

    private final Post post;
    private final boolean needed;

    /** When what a member has answered last was asked. */
    private final Map<Peer, Long> confirmed = new HashMap<>();

    /** When a member was answered last. */
    private final Map<Peer, Long> granted = new HashMap<>();

    /** Members that the grid misses. */
    private final Set<Peer> doubted = new HashSet<>();

    /** Members that the others go on without. */
    private final Set<Peer> buried = new HashSet<>();

    private final List<Completion> waiting = new ArrayList<>();
    private volatile long untilNanos = System.nanoTime();
    private @Nullable Refusal ended;

    /**
     * A lease that is not held.
     *
     * @param needed whether a majority decides; otherwise it is always held
     */
    Lease(Post post, boolean needed) {
        this.post = post;
        this.needed = needed;
    }

    /** From any thread. */
    boolean isHeld() {
        return !needed || System.nanoTime() - untilNanos < 0;
    }

    /** Completes when it is held: at once, if it is. */
    void whenHeld(Completion done) {
        if (ended != null) {
            done.complete(ended);
        } else if (isHeld()) {
            done.complete(null);
        } else {
            waiting.add(done);
        }
    }

    /**
     * Asks all other members.
     *
     * @param members with this node
     * @param departing how many others there were of whom it is not certain yet that they are gone
     */
    void ask(Set<Peer> members, int departing) {
        confirmed.keySet().retainAll(members);
        int all = members.size() + departing + (members.contains(post.self()) ? 0 : 1);
        int others = all / 2;
        long now = System.nanoTime();
        for (Peer member : members) {
            if (needed && !member.equals(post.self())) {
                post.send(
                        member,
                        Frames.ALIVE,
                        NOTHING,
                        Urgency.CONTROL,
                        answer(member, now, others));
            }
        }
        if (others == 0) {
            held(now);
        }
    }

    private LinkCompletion answer(Peer member, long askedNanos, int others) {
        return new LinkCompletion() {
            @Override
            public void answered(@Nullable Refusal refusal) {
                if (refusal == null) {
                    confirmed.put(member, askedNanos);
                    reckon(others);
                }
            }

            @Override
            public void lost() {}
        };
    }

    private void reckon(int others) {
        List<Long> times = new ArrayList<>(confirmed.values());
        if (times.size() >= others) {
            times.sort(Collections.reverseOrder());
            held(times.get(others - 1));
        }
    }

    private void held(long sinceNanos) {
        untilNanos = sinceNanos + TERM_NANOS;
        if (isHeld()) {
            List<Completion> held = List.copyOf(waiting);
            waiting.clear();
            held.forEach(done -> done.complete(null));
        }
    }

    /**
     * Another node asks.
     *
     * @return null if it is a member
     */
    @Nullable Refusal asked(Peer by, boolean isMember) {
        if (!isMember || doubted.contains(by) || buried.contains(by)) {
            return Refusal.unavailable(by + " is missed");
        }
        granted.put(by, System.nanoTime());
        return null;
    }

    /** The grid misses these members, and no others: they are told so from now on. */
    void doubt(Collection<Peer> missing) {
        doubted.clear();
        doubted.addAll(missing);
    }

    /** This one is told from now on that it is missed. */
    void bury(Peer peer) {
        buried.add(peer);
    }

    /** Does something when none of these can rely on this node's answers any more. */
    void whenOver(Collection<Peer> missing, Runnable action) {
        long now = System.nanoTime();
        long nanos = 0;
        for (Peer peer : missing) {
            Long since = needed ? granted.get(peer) : null;
            if (since != null) {
                nanos = Math.max(nanos, since + TERM_NANOS - now);
            }
        }
        if (nanos == 0) {
            action.run();
        } else {
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, post.loop())
                    .execute(action);
        }
    }

    /** A member is gone. */
    void departed(Peer peer) {
        granted.remove(peer);
        confirmed.remove(peer);
        buried.remove(peer);
    }

    /** It is not held again. */
    void end(Refusal refusal) {
        ended = refusal;
        untilNanos = System.nanoTime();
        waiting.forEach(done -> done.complete(refusal));
        waiting.clear();
    }
}
