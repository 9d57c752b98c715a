package io.skein.cluster.grid;

import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether so many of the others answer that none of them can have gone on without this node: they
 * do so when they have missed it for longer than it goes on without an answer. Lives on the loop.
 */
final class Lease {
    /** How often others are asked. */
    static final long RENEWAL_MILLIS = 250;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final byte[] NOTHING = {};

    private final Post post;
    private final Membership membership;

    /** When each was asked what it answered last; of one that has come just now, when it came. */
    private final Map<Peer, Long> askedNanos = new HashMap<>();

    private final Set<Peer> asked = new HashSet<>();

    Lease(Post post, Membership membership) {
        this.post = post;
        this.membership = membership;
    }

    /** Asks who has answered. */
    void renew() {
        askedNanos.keySet().retainAll(membership.members());
        asked.retainAll(membership.members());
        long now = System.nanoTime();
        for (Peer member : Set.copyOf(membership.members())) {
            if (!member.equals(post.self())) {
                askedNanos.putIfAbsent(member, now);
                if (asked.add(member)) {
                    ask(member, now);
                }
            }
        }
    }

    private void ask(Peer member, long nowNanos) {
        post.send(
                member,
                Frames.ALIVE,
                NOTHING,
                Urgency.CONTROL,
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        asked.remove(member);
                        if (refusal == null) {
                            askedNanos.replace(member, nowNanos);
                        }
                    }

                    @Override
                    public void lost() {
                        asked.remove(member);
                    }
                });
    }

    /** Whether more than half of the members answer, or have come just now. */
    boolean holds() {
        long now = System.nanoTime();
        int members = membership.members().size();
        long silent =
                askedNanos.entrySet().stream()
                        .filter(one -> membership.members().contains(one.getKey()))
                        .filter(one -> now - one.getValue() >= NANOS)
                        .count();
        return (members - silent) * 2 > members;
    }
}
