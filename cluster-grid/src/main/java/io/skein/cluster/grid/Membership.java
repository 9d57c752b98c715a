package io.skein.cluster.grid;

import io.skein.cluster.NodeInfo;
import io.skein.cluster.link.NodeLinks;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the cluster: those that the grid sees and that have said who they are. Lives on the
 * loop, but for {@link #nodes}.
 */
final class Membership {
    /** Told on the loop. */
    interface Observer {
        /** A member has come; it can be sent to. */
        void joined(Peer peer);

        /** A member has gone; what was sent to it and not answered will be lost right away. */
        void departed(Peer peer);

        /** There is another {@link #round}, after the calls above. */
        void roundBegan();
    }

    private final Member self;
    private final NodeLinks links;
    private final Map<Peer, Member> known = new HashMap<>();
    private final Set<Peer> members = new LinkedHashSet<>();

    /** Of members that have gone, lately or not: one small entry for each departure. */
    private final Map<Peer, Long> goneSinceNanos = new HashMap<>();

    /** Whom the others have gone on without: never members again. */
    private final Set<Peer> buried = new HashSet<>();

    private final long startNanos = System.nanoTime();
    private GridEngine.View view = new GridEngine.View(-1, List.of(), false);
    private @Nullable Observer observer;
    private volatile List<NodeInfo> nodes;

    Membership(Member self, NodeLinks links) {
        this.self = self;
        this.links = links;
        nodes = List.of(self.info());
    }

    void observe(Observer told) {
        observer = told;
    }

    /** All members, by name. From any thread. */
    List<NodeInfo> nodes() {
        return nodes;
    }

    /** All members, this node included. */
    Set<Peer> members() {
        return members;
    }

    /** Members and others of which there is still something to be done away with. */
    Set<Peer> known() {
        return Set.copyOf(known.keySet());
    }

    int view() {
        return view.id();
    }

    /** The same on all members that know the same: grows with every view and every burial. */
    long round() {
        return ((long) view.id() << 32) + buried.size();
    }

    boolean isBuried(Peer peer) {
        return buried.contains(peer);
    }

    /** All whom the others have gone on without. */
    Set<Peer> buried() {
        return Set.copyOf(buried);
    }

    /** The majority has gone on without this one. */
    void buried(Peer peer) {
        if (buried.add(peer)) {
            refresh();
            tellRound();
        }
    }

    /** Whether this node does what one has to do for all. */
    boolean isFirst() {
        return members.stream()
                .min(Comparator.comparing(Peer::node).thenComparingLong(Peer::incarnation))
                .filter(self.peer()::equals)
                .isPresent();
    }

    /** Another live member of this name than this node, or null. */
    @Nullable Peer other(String node) {
        for (Peer peer : members) {
            if (peer.node().equals(node) && !peer.equals(self.peer())) {
                return peer;
            }
        }
        return null;
    }

    /** How long a node that is no member has been away, at least. */
    long goneNanos(Peer peer) {
        return System.nanoTime() - goneSinceNanos.getOrDefault(peer, startNanos);
    }

    void introduced(Member member) {
        known.put(member.peer(), member);
        refresh();
    }

    void forget(Peer peer) {
        if (!members.contains(peer)) {
            known.remove(peer);
        }
    }

    /** Where the members are in the grid. */
    Set<UUID> addresses() {
        Set<UUID> addresses = new HashSet<>();
        for (Peer peer : members) {
            addresses.add(Objects.requireNonNull(known.get(peer)).address());
        }
        return addresses;
    }

    /** Members that have gone, by a view that is to be {@link #seen}. */
    List<Peer> missingIn(GridEngine.View latest) {
        List<Peer> missing = new ArrayList<>();
        for (Peer peer : members) {
            Member member = known.get(peer);
            if (!peer.equals(self.peer())
                    && member != null
                    && !latest.members().contains(member.address())) {
                missing.add(peer);
            }
        }
        return missing;
    }

    void seen(GridEngine.View latest) {
        if (latest.id() <= view.id()) {
            return; // it was asked for before the grid told of a later one
        }
        view = latest;
        refresh();
        tellRound();
    }

    private void tellRound() {
        if (observer != null) {
            observer.roundBegan();
        }
    }

    private void refresh() {
        Set<Peer> present = new HashSet<>();
        for (Member member : known.values()) {
            Peer peer = member.peer();
            boolean seen = view.members().contains(member.address());
            if (peer.equals(self.peer()) || (seen && !buried.contains(peer))) {
                present.add(peer);
            }
        }
        List<Peer> gone = new ArrayList<>(members);
        gone.removeAll(present);
        List<Peer> come = new ArrayList<>(present);
        come.removeAll(members);
        members.removeAll(gone);
        members.addAll(come);
        nodes =
                members.stream()
                        .map(peer -> Objects.requireNonNull(known.get(peer)).info())
                        .sorted(Comparator.comparing(NodeInfo::name))
                        .toList();
        for (Peer peer : gone) {
            goneSinceNanos.put(peer, System.nanoTime());
            if (observer != null) {
                observer.departed(peer);
            }
            links.remove(peer);
        }
        for (Peer peer : come) {
            if (!peer.equals(self.peer())) {
                links.add(peer, Objects.requireNonNull(known.get(peer)).link());
            }
            if (observer != null) {
                observer.joined(peer);
            }
        }
    }
}
