package io.skein.broker;

import io.skein.cluster.Message;

/**
 * Chooses the member of a shared subscription that gets a message: a connected one as its strategy
 * says, or one that is away where nobody is connected. Belongs to one shard.
 */
final class MemberChoice {
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long random;
    private int turns;

    /** A choice whose random strategy follows from the seed. */
    MemberChoice(long seed) {
        this.random = seed;
    }

    /** Where a group begins: each one elsewhere, so that groups of one message are even too. */
    int firstTurn() {
        return turns++;
    }

    Target choose(Message message, Match.Share share) {
        Target[] members = share.members;
        if (members.length == 1) {
            return members[0];
        }
        return switch (share.strategy) {
            case ROUND_ROBIN -> nextFrom(Math.floorMod(share.turn++, members.length), members);
            case RANDOM -> anyOf(members);
            case STICKY -> fixedFor(message.publisherId().hashCode(), members);
            case LEAST_INFLIGHT ->
                    leastLoaded(Math.floorMod(share.turn++, members.length), members);
        };
    }

    private static Target nextFrom(int first, Target[] members) {
        for (int i = 0; i < members.length; i++) {
            Target candidate = members[(first + i) % members.length];
            if (candidate.session.connected) {
                return candidate;
            }
        }
        return members[first];
    }

    private Target anyOf(Target[] members) {
        int connected = 0;
        for (Target member : members) {
            connected += member.session.connected ? 1 : 0;
        }
        random += GOLDEN;
        long drawn = mix(random) >>> 1;
        if (connected == 0) {
            return members[(int) (drawn % members.length)];
        }
        int left = (int) (drawn % connected);
        Target last = members[0]; // other shards may change who is connected meanwhile
        for (Target member : members) {
            if (member.session.connected) {
                last = member;
                if (left-- == 0) {
                    break;
                }
            }
        }
        return last;
    }

    /** The highest of a number for each pair: when one goes, only its publishers move. */
    private static Target fixedFor(int publisher, Target[] members) {
        Target best = members[0];
        long highest = Long.MIN_VALUE;
        boolean connected = false;
        for (Target member : members) {
            boolean here = member.session.connected;
            long pair =
                    ((long) publisher << 32) | (member.session.clientId.hashCode() & 0xFFFF_FFFFL);
            long number = mix(pair);
            if (here == connected ? number >= highest : here) {
                best = member;
                highest = number;
                connected = here;
            }
        }
        return best;
    }

    private static Target leastLoaded(int first, Target[] members) {
        Target best = members[first];
        int least = Integer.MAX_VALUE;
        boolean connected = false;
        for (int i = 0; i < members.length; i++) {
            Target candidate = members[(first + i) % members.length];
            boolean here = candidate.session.connected;
            int load = candidate.session.load();
            if (here == connected ? load < least : here) {
                best = candidate;
                least = load;
                connected = here;
            }
        }
        best.session.expectLoad();
        return best;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
