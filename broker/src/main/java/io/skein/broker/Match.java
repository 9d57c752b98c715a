package io.skein.broker;

import io.skein.cluster.Interest;
import io.skein.cluster.ServedHere;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who wants one topic, sorted by the shard that serves them. Immutable, but for whose
 * turn it is in a group.
 */
final class Match implements ServedHere {
    /** A shared subscription with its members on this node. */
    static final class Share {
        final TopicFilter filter;
        final Target[] members;
        final SharedSubscriptions.Strategy strategy;

        /** How often a member was chosen; of the shard that made the match alone. */
        int turn;

        Share(
                TopicFilter filter,
                Target[] members,
                SharedSubscriptions.Strategy strategy,
                int turn) {
            this.filter = filter;
            this.members = members;
            this.strategy = strategy;
            this.turn = turn;
        }
    }

    static final Target[] NOBODY = new Target[0];
    private static final int NO_SHARD = -1;
    private static final int SEVERAL_SHARDS = -2;

    final Target[][] byShard;
    final List<Share> shares;
    final Interest interest;
    final boolean[] persistentInShard;
    final boolean isEmpty;

    /** Of those with persistent sessions: no shard, one or several. */
    private final int keepingShard;

    private final long subscriptionsVersion;
    private final long routesVersion;

    private Match(
            Target[][] byShard,
            List<Share> shares,
            Interest interest,
            boolean[] persistentInShard,
            long subscriptionsVersion,
            long routesVersion) {
        this.byShard = byShard;
        this.shares = shares;
        this.interest = interest;
        this.persistentInShard = persistentInShard;
        this.subscriptionsVersion = subscriptionsVersion;
        this.routesVersion = routesVersion;
        boolean anybody = !shares.isEmpty() || !interest.isEmpty();
        for (Target[] targets : byShard) {
            anybody |= targets.length > 0;
        }
        this.isEmpty = !anybody;
        this.keepingShard = keepingShard(persistentInShard, shares);
    }

    private static int keepingShard(boolean[] persistentInShard, List<Share> shares) {
        int keeping = NO_SHARD;
        for (int i = 0; i < persistentInShard.length; i++) {
            if (persistentInShard[i]) {
                keeping = keeping == NO_SHARD ? i : SEVERAL_SHARDS;
            }
        }
        for (Share share : shares) {
            for (Target member : share.members) {
                int shard = member.session.shard.index;
                if (member.session.isPersistent() && shard != keeping) {
                    keeping = keeping == NO_SHARD ? shard : SEVERAL_SHARDS;
                }
            }
        }
        return keeping;
    }

    /** Whether persistent sessions of other shards than this one may get the message. */
    boolean isKeptBeyond(int shard) {
        return keepingShard != NO_SHARD && keepingShard != shard;
    }

    boolean isCurrent(long subscriptions, long routes) {
        return subscriptionsVersion == subscriptions && routesVersion == routes;
    }

    /** The shared subscription with this filter, or null where it has no member here. */
    @Nullable Share share(TopicFilter filter) {
        for (Share share : shares) {
            if (share.filter.equals(filter)) {
                return share;
            }
        }
        return null;
    }

    @Override
    public boolean serves(TopicFilter share) {
        return share(share) != null;
    }

    @Override
    public List<TopicFilter> groups() {
        return shares.isEmpty() ? List.of() : shares.stream().map(share -> share.filter).toList();
    }

    @Override
    public boolean reaches(String clientId) {
        for (Target[] targets : byShard) {
            for (Target target : targets) {
                if (target.session.clientId.equals(clientId)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String groupOf(TopicFilter filter) {
        return Objects.requireNonNull(filter.shareGroup());
    }

    static Match of(
            List<LocalSubscription> found,
            int shards,
            SharedSubscriptions sharing,
            MemberChoice choice,
            Interest interest,
            long subscriptionsVersion,
            long routesVersion) {
        Map<Session, Target> plain = new LinkedHashMap<>();
        Map<TopicFilter, Map<Session, Target>> shared = new LinkedHashMap<>();
        for (LocalSubscription one : found) {
            TopicFilter filter = one.subscription().filter();
            Map<Session, Target> into =
                    filter.isShared()
                            ? shared.computeIfAbsent(filter, f -> new LinkedHashMap<>())
                            : plain;
            Target sofar = into.get(one.session());
            into.put(one.session(), sofar == null ? Target.of(one) : sofar.and(one));
        }
        List<List<Target>> sorted = new ArrayList<>(shards);
        for (int i = 0; i < shards; i++) {
            sorted.add(new ArrayList<>());
        }
        boolean[] persistent = new boolean[shards];
        for (Target target : plain.values()) {
            int shard = target.session.shard.index;
            sorted.get(shard).add(target);
            persistent[shard] |= target.session.isPersistent();
        }
        Target[][] byShard = new Target[shards][];
        for (int i = 0; i < shards; i++) {
            byShard[i] = sorted.get(i).toArray(NOBODY);
        }
        List<Share> shares = new ArrayList<>(shared.size());
        shared.forEach((filter, members) ->
                shares.add(
                        new Share(
                                filter,
                                members.values().toArray(NOBODY),
                                sharing.of(groupOf(filter)),
                                choice.firstTurn())));
        return new Match(
                byShard, shares, interest, persistent, subscriptionsVersion, routesVersion);
    }
}
