package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.link.LinkCompletion;
import io.skein.cluster.link.Peer;
import io.skein.cluster.link.Urgency;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Moves a session from a living owner to another without losing, repeating or reordering what is
 * published meanwhile. The former owner asks every member to send the session's mail to the next
 * owner as well ({@link Frames#DIVERT}); what a member published before it was asked arrives at the
 * former owner before its answer ({@link Frames#DIVERTED}), for links keep order, and is passed on
 * from there. When all have answered, the stored session is complete and the next owner, which has
 * kept the mail, reads it and hands the mail to the broker behind it. Lives on the loop.
 */
final class Handover {
    /** What a handover needs to know of the sessions of this node. */
    interface Sessions {
        /** The plain filters of a session owned under this epoch or an earlier one, or null. */
        @Nullable List<TopicFilter> filters(String clientId, long epoch);

        boolean owns(String clientId);

        /** No change is accepted any more; complete when those accepted are kept. */
        CompletableFuture<Void> release(String clientId, long epoch);
    }

    private final Post post;
    private final Membership membership;
    private final RoutingTable routing;
    private final GridRoutes routes;
    private final LocalBroker broker;
    private final Departures departures;
    private final Map<String, Destination.Diversion> diversions = new HashMap<>();
    private final Map<String, List<TopicFilter>> divertedFilters = new HashMap<>();
    private final Map<String, Arrival> arrivals = new HashMap<>();
    private final Map<String, Leave> leaves = new HashMap<>();
    private final TopicTree<Leave> leaving = new TopicTree<>();
    private @Nullable Sessions sessions;

    /** A message for one session and whom to tell. */
    private record Mail(Message message, Completion done) {}

    /** A session on its way here. */
    private static final class Arrival {
        final String clientId;
        final long epoch;
        final @Nullable Peer former;
        final CompletableFuture<Void> formerGone = new CompletableFuture<>();
        final CompletableFuture<Void> over = new CompletableFuture<>();

        /** Published before the sender diverted it: goes first. */
        final List<Mail> passedOn = new ArrayList<>();

        final List<Mail> diverted = new ArrayList<>();

        Arrival(String clientId, long epoch, @Nullable Peer former) {
            this.clientId = clientId;
            this.epoch = epoch;
            this.former = former;
        }
    }

    /** A session on its way from here. Equal to itself only. */
    private static final class Leave {
        final String clientId;
        final long epoch;
        final Peer to;
        final List<TopicFilter> filters;
        final Set<Peer> diverted = new HashSet<>();
        boolean released;
        boolean told;

        Leave(String clientId, long epoch, Peer to, List<TopicFilter> filters) {
            this.clientId = clientId;
            this.epoch = epoch;
            this.to = to;
            this.filters = filters;
        }
    }

    Handover(
            Post post,
            Membership membership,
            RoutingTable routing,
            GridRoutes routes,
            LocalBroker broker,
            Departures departures) {
        this.post = post;
        this.membership = membership;
        this.routing = routing;
        this.routes = routes;
        this.broker = broker;
        this.departures = departures;
    }

    void connect(Sessions owned) {
        sessions = owned;
    }

    // The next owner.

    /** From now on mail for the session is kept. */
    void expect(String clientId, long epoch, @Nullable Peer former) {
        arrivals.put(clientId, new Arrival(clientId, epoch, former));
    }

    /**
     * Asks the former owner to let the session go.
     *
     * @return complete when it did, or died
     */
    CompletableFuture<Void> fetch(String clientId, long formerEpoch, boolean discard) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival == null || arrival.former == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (!membership.members().contains(arrival.former)) {
            arrival.formerGone.complete(null);
        } else {
            post.tell(
                    arrival.former,
                    Frames.RELINQUISH,
                    new Frames.Claimed(clientId, formerEpoch, arrival.epoch, discard).encoded());
        }
        return arrival.formerGone;
    }

    /** The broker was given the session: what came for it follows. */
    void arrived(String clientId) {
        Arrival arrival = arrivals.remove(clientId);
        if (arrival == null) {
            return;
        }
        Leave before = leaves.remove(clientId);
        if (before != null) {
            end(before);
        }
        for (Mail mail : arrival.passedOn) {
            deliver(clientId, mail.message, mail.done);
        }
        for (Mail mail : arrival.diverted) {
            deliver(clientId, mail.message, mail.done);
        }
        arrival.over.complete(null);
    }

    /** The claim came to nothing. */
    void failed(String clientId, Refusal refusal) {
        Arrival arrival = arrivals.remove(clientId);
        if (arrival != null) {
            arrival.passedOn.forEach(mail -> mail.done.complete(refusal));
            arrival.diverted.forEach(mail -> mail.done.complete(refusal));
            arrival.over.complete(null);
        }
    }

    /** The session is reached by routes: mail need not be diverted any more. */
    void settle(String clientId, long epoch) {
        post.tell(membership.members(), Frames.SETTLED, new Frames.Mark(clientId, epoch).encoded());
    }

    // Mail for a certain session.

    /** A message for one session, wherever it is by now. */
    void mail(Peer from, String clientId, Message message, Completion done) {
        Arrival arrival = arrivals.get(clientId);
        if (arrival != null) {
            boolean passedOn = from.equals(arrival.former);
            (passedOn ? arrival.passedOn : arrival.diverted).add(new Mail(message, done));
        } else {
            deliver(clientId, message, done);
        }
    }

    private void deliver(String clientId, Message message, Completion done) {
        Leave leave = leaves.get(clientId);
        if (leave != null) {
            passOn(leave, message, done);
        } else if (isHere(clientId)) {
            broker.deliver(message, false, List.of(), List.of(clientId), done);
        } else {
            done.complete(null); // it ended
        }
    }

    private boolean isHere(String clientId) {
        return sessions != null
                && sessions.owns(clientId)
                && !arrivals.containsKey(clientId)
                && !leaves.containsKey(clientId);
    }

    /** A message for subscribers here, and for sessions that may be elsewhere by now. */
    void parcel(Peer from, Frames.Parcel parcel, Completion done) {
        Outcome outcome = new Outcome(post, done);
        List<String> here = new ArrayList<>();
        for (String session : parcel.sessions()) {
            if (isHere(session)) {
                here.add(session);
            } else {
                mail(from, session, parcel.message(), outcome.part());
            }
        }
        if (parcel.everyone()) {
            passOnFormer(from, parcel.message(), outcome);
        }
        if (parcel.everyone() || !parcel.shares().isEmpty() || !here.isEmpty()) {
            broker.deliver(
                    parcel.message(), parcel.everyone(), parcel.shares(), here, outcome.part());
        }
        outcome.complete(null);
    }

    /** A message for all subscribers here. */
    void published(Peer from, Message message, Completion done) {
        if (leaves.isEmpty()) {
            broker.deliver(message, List.of(), done);
            return;
        }
        Outcome outcome = new Outcome(post, done);
        passOnFormer(from, message, outcome);
        broker.deliver(message, List.of(), outcome.part());
        outcome.complete(null);
    }

    // The former owner.

    private void passOnFormer(Peer from, Message message, Outcome outcome) {
        if (leaves.isEmpty()) {
            return;
        }
        Set<Leave> found = new LinkedHashSet<>();
        leaving.match(message.topic(), found::add);
        for (Leave leave : found) {
            if (!leave.diverted.contains(from)) {
                passOn(leave, message, outcome.part());
            }
        }
    }

    private void passOn(Leave leave, Message message, Completion done) {
        post.send(
                leave.to,
                Frames.PARCEL,
                new Frames.Parcel(message, false, List.of(), List.of(leave.clientId)).encoded(),
                Urgency.CONTROL, // bounded by what others may send here
                new LinkCompletion() {
                    @Override
                    public void answered(@Nullable Refusal refusal) {
                        done.complete(refusal);
                    }

                    @Override
                    public void lost() {
                        departures.lost(leave.to, message, done);
                    }
                });
    }

    /** Another node has claimed a session that was this node's. */
    void relinquish(Peer claimant, Frames.Claimed claimed) {
        String clientId = claimed.clientId();
        Arrival arrival = arrivals.get(clientId);
        if (arrival != null && arrival.epoch <= claimed.formerEpoch()) {
            arrival.over.thenRun(() -> relinquish(claimant, claimed));
            return;
        }
        List<TopicFilter> filters =
                sessions == null ? null : sessions.filters(clientId, claimed.formerEpoch());
        if (filters == null) {
            tellRelinquished(claimant, clientId, claimed.epoch());
            return;
        }
        List<TopicFilter> moving = claimed.discard() ? List.of() : filters;
        Leave former = leaves.remove(clientId);
        if (former != null) {
            end(former);
        }
        Leave leave = new Leave(clientId, claimed.epoch(), claimant, moving);
        leaves.put(clientId, leave);
        for (TopicFilter filter : moving) {
            leaving.add(filter, leave);
            routes.pin(filter);
        }
        tellMove(membership.members(), leave);
        broker.relinquish(clientId, claimed.formerEpoch())
                .whenComplete(
                        (nothing, error) -> post.loop().execute(() -> release(leave, claimed)));
    }

    private void release(Leave leave, Frames.Claimed claimed) {
        if (sessions == null) {
            return;
        }
        sessions.release(leave.clientId, claimed.formerEpoch())
                .whenComplete((nothing, error) ->
                        post.loop()
                                .execute(() -> {
                                    leave.released = true;
                                    check(leave);
                                }));
    }

    private void tellMove(Set<Peer> to, Leave leave) {
        if (!leave.filters.isEmpty()) {
            post.tell(
                    to,
                    Frames.DIVERT,
                    new Frames.Move(leave.clientId, leave.epoch, leave.to, leave.filters)
                            .encoded());
        }
    }

    private void tellRelinquished(Peer claimant, String clientId, long epoch) {
        post.tell(claimant, Frames.RELINQUISHED, new Frames.Mark(clientId, epoch).encoded());
    }

    private void check(Leave leave) {
        boolean allDiverted =
                leave.filters.isEmpty() || leave.diverted.containsAll(membership.members());
        if (leave.released && allDiverted && !leave.told) {
            leave.told = true;
            tellRelinquished(leave.to, leave.clientId, leave.epoch);
        }
    }

    private void end(Leave leave) {
        for (TopicFilter filter : leave.filters) {
            leaving.remove(filter, leave);
            routes.unpin(filter);
        }
    }

    // What the others say.

    void divert(Peer former, Frames.Move move) {
        Destination.Diversion known = diversions.get(move.clientId());
        if (known == null || known.epoch() < move.epoch()) {
            endDiversion(move.clientId(), move.epoch());
            Destination.Diversion diversion =
                    new Destination.Diversion(move.to(), move.clientId(), move.epoch());
            diversions.put(move.clientId(), diversion);
            divertedFilters.put(move.clientId(), move.filters());
            move.filters().forEach(filter -> routing.divert(filter, diversion));
        }
        post.tell(
                former, Frames.DIVERTED, new Frames.Mark(move.clientId(), move.epoch()).encoded());
    }

    void diverted(Peer from, Frames.Mark mark) {
        Leave leave = leaves.get(mark.clientId());
        if (leave != null && leave.epoch == mark.epoch()) {
            leave.diverted.add(from);
            check(leave);
        }
    }

    void relinquished(Peer from, Frames.Mark mark) {
        Arrival arrival = arrivals.get(mark.clientId());
        if (arrival != null && arrival.epoch == mark.epoch() && from.equals(arrival.former)) {
            arrival.formerGone.complete(null);
        }
    }

    void settled(Frames.Mark mark) {
        endDiversion(mark.clientId(), mark.epoch());
        Leave leave = leaves.get(mark.clientId());
        if (leave != null && leave.epoch <= mark.epoch()) {
            leaves.remove(mark.clientId());
            end(leave);
        }
    }

    private void endDiversion(String clientId, long epoch) {
        Destination.Diversion diversion = diversions.get(clientId);
        if (diversion == null || diversion.epoch() > epoch) {
            return;
        }
        diversions.remove(clientId);
        List<TopicFilter> filters = divertedFilters.remove(clientId);
        if (filters != null) {
            filters.forEach(filter -> routing.endDiversion(filter, diversion));
        }
    }

    void joined(Peer peer) {
        leaves.values().forEach(leave -> tellMove(Set.of(peer), leave));
    }

    /** A member died: what was awaited from it will not come. */
    void departed(Peer peer) {
        for (Arrival arrival : List.copyOf(arrivals.values())) {
            if (peer.equals(arrival.former)) {
                arrival.formerGone.complete(null);
            }
        }
        List.copyOf(leaves.values()).forEach(this::check);
    }

    /** Nothing is left of a dead member: its sessions have owners and routes. */
    void forget(Peer peer) {
        for (Destination.Diversion diversion : List.copyOf(diversions.values())) {
            if (diversion.node().equals(peer)) {
                endDiversion(diversion.clientId(), diversion.epoch());
            }
        }
        for (Leave leave : List.copyOf(leaves.values())) {
            if (leave.to.equals(peer)) {
                leaves.remove(leave.clientId);
                end(leave);
            }
        }
    }
}
