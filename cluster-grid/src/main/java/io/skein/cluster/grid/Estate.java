package io.skein.cluster.grid;

import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left of a session by its owners before, for the node that has replaced the entry and
 * expects it. An owner that died may not have got round to asking the one before it to let go: that
 * one is asked then. Lives on the loop.
 */
final class Estate {
    private static final Logger LOG = LoggerFactory.getLogger(Estate.class);

    private final Post post;
    private final Membership membership;
    private final Arrivals arrivals;
    private final GridSessions sessions;

    Estate(Post post, Membership membership, Arrivals arrivals, GridSessions sessions) {
        this.post = post;
        this.membership = membership;
        this.arrivals = arrivals;
        this.sessions = sessions;
    }

    /**
     * What is left.
     *
     * @param session what the owners before held; null where there is nothing or it is of no
     *     interest
     * @param letGo whether the last of them lived and has let go; otherwise its will is left too
     * @param lost who had it and is gone, where the owner by the entry lives and never had it
     */
    record Left(@Nullable StoredSession session, boolean letGo, @Nullable Peer lost) {
        /** The entry of whoever had it last. */
        OwnerEntry ofHolder(OwnerEntry entry) {
            return lost == null ? entry : entry.ownedBy(lost);
        }
    }

    /**
     * Ends the time of the owners before.
     *
     * @param entry as it was before it was replaced
     * @param discard whether what they held is of no interest
     * @return what is left, on the loop, when none of them can change it any more
     */
    CompletableFuture<Left> settle(String clientId, OwnerEntry entry, boolean discard) {
        boolean wanted = !discard && entry.head().isPersistent();
        return fetch(clientId, entry.owner(), entry.epoch(), discard)
                .thenComposeAsync(
                        letGo -> behindOwner(clientId, entry, discard, wanted, letGo), post.loop());
    }

    private CompletableFuture<Left> behindOwner(
            String clientId, OwnerEntry entry, boolean discard, boolean wanted, boolean letGo) {
        CompletableFuture<Boolean> former =
                mayNotHaveFetched(clientId, entry, wanted)
                        ? fetch(clientId, entry.former(), entry.formerEpoch(), discard)
                        : CompletableFuture.completedFuture(false);
        return former.thenComposeAsync(
                        ignored ->
                                wanted && !hasCopy(clientId, entry)
                                        ? sessions.seek(clientId, entry)
                                        : CompletableFuture.<Void>completedFuture(null),
                        post.loop())
                .thenApplyAsync(
                        nothing -> {
                            StoredSession session = wanted ? found(clientId, entry) : null;
                            Peer lost = session == null || !letGo ? null : lost(clientId, entry);
                            return new Left(session, letGo && lost == null, lost);
                        },
                        post.loop());
    }

    /**
     * Who had it, if that is gone and the owner by the entry never had it: while the grid misses a
     * node, who writes an entry may be told that it did not. What others keep for the sessions of
     * the one that is gone is for this one too.
     */
    private @Nullable Peer lost(String clientId, OwnerEntry entry) {
        Copies.Copy copy = sessions.copies().get(clientId, entry.epoch(), entry.formerEpoch());
        return copy == null
                        || copy.epoch() == entry.epoch()
                        || membership.members().contains(copy.owner())
                ? null
                : copy.owner();
    }

    private @Nullable StoredSession found(String clientId, OwnerEntry entry) {
        StoredSession found = copy(clientId, entry);
        if (found == null) {
            LOG.error("No copy of the session of '{}' is left; it begins anew", clientId);
        }
        return found;
    }

    private CompletableFuture<Boolean> fetch(
            String clientId, @Nullable Peer from, long epoch, boolean discard) {
        return from == null
                ? CompletableFuture.completedFuture(false)
                : arrivals.fetch(clientId, from, epoch, discard);
    }

    private boolean mayNotHaveFetched(String clientId, OwnerEntry entry, boolean wanted) {
        boolean hasCopy = sessions.copies().get(clientId, entry.epoch()) != null;
        return !hasCopy && (wanted || !membership.members().contains(entry.owner()));
    }

    /** Whether a copy is here, and what the entry says of it, or its owner, makes it the last. */
    boolean hasCopy(String clientId, OwnerEntry entry) {
        return copy(clientId, entry) != null
                && !sessions.copies().isDoubtful(clientId)
                && (entry.backups().contains(post.self())
                        || membership.members().contains(entry.owner()));
    }

    /** A copy of it that is here, or null. */
    @Nullable StoredSession copy(String clientId, OwnerEntry entry) {
        Copies.Copy copy = sessions.copies().get(clientId, entry.epoch(), entry.formerEpoch());
        return copy == null ? null : copy.state();
    }

    /** How far it had come with what others publish, as far as that is known here. */
    Marks marks(String clientId, @Nullable OwnerEntry entry) {
        Copies.Copy copy =
                entry == null
                        ? null
                        : sessions.copies().get(clientId, entry.epoch(), entry.formerEpoch());
        return copy == null ? new Marks() : copy.marks().copy();
    }

    /** Whether the owner before the present one lives. */
    boolean hasFormer(OwnerEntry entry) {
        Peer former = entry.former();
        return former != null && membership.members().contains(former);
    }
}
