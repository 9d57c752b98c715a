package io.skein.cluster.redis;

import io.skein.cluster.SessionChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one session that are made together, as the function takes them. A message that
 * joins the queue and leaves it among them is not written, only taken out of the inbox.
 */
final class SessionWrite {
    final String clientId;
    final long epoch;

    /** Filters for which the routes are to lead to the session, with their value. */
    final Map<String, byte[]> routes = new LinkedHashMap<>();

    /** Filters for which they are not to any more. */
    final Set<String> routesEnded = new LinkedHashSet<>();

    /** The session is over. */
    boolean isEnd;

    private record Change(long sequence, Args args) {}

    private static final long NO_SEQUENCE = -1;

    private final List<@Nullable Change> changes = new ArrayList<>();
    private final Map<Long, Integer> joined = new LinkedHashMap<>();
    private final List<Long> fromNode = new ArrayList<>();

    SessionWrite(String clientId, long epoch) {
        this.clientId = clientId;
        this.epoch = epoch;
    }

    void add(SessionChange change) {
        switch (change) {
            case SessionChange.HeadSet set ->
                    add(NO_SEQUENCE, Args.of("H").add(Parcel.bytes(out -> out.head(set.head()))));
            case SessionChange.Ended _ -> {
                isEnd = true;
                add(NO_SEQUENCE, Args.of("E"));
            }
            case SessionChange.Subscribed made -> subscribed(made);
            case SessionChange.Unsubscribed ended -> {
                String filter = ended.filter().text();
                add(NO_SEQUENCE, Args.of("U", filter));
                routes.remove(filter);
                routesEnded.add(filter);
            }
            case SessionChange.Queued queued -> joined(queued);
            case SessionChange.Sent sent ->
                    add(sent.sequence(), Args.of("P").add(sent.sequence()).add(sent.packetId()));
            case SessionChange.Released released ->
                    add(released.sequence(), Args.of("X").add(released.sequence()).add("1"));
            case SessionChange.Dequeued done -> left(done.sequence());
            case SessionChange.Received one ->
                    add(NO_SEQUENCE, Args.of("R").add(one.packetId()).add("1"));
            case SessionChange.Completed one -> add(NO_SEQUENCE, Args.of("C").add(one.packetId()));
        }
    }

    /** Takes a message out of the inbox. */
    void taken(long number) {
        add(NO_SEQUENCE, Args.of("I").add(number));
    }

    private void subscribed(SessionChange.Subscribed made) {
        String filter = made.subscription().filter().text();
        byte[] value =
                Parcel.bytes(out -> {
                    out.subscription(made.subscription());
                    out.number(made.subscriptionIdentifier());
                });
        add(NO_SEQUENCE, Args.of("S", filter).add(value));
        routesEnded.remove(filter);
        routes.put(filter, RoutingTable.value(made.subscription().maximumQos(), epoch));
    }

    private void joined(SessionChange.Queued queued) {
        if (queued.queued().message().note() instanceof InboxEntry entry && !entry.queued) {
            OwnedSession session = entry.session;
            if (session == null) {
                entry.queued = true;
                fromNode.add(entry.number);
            } else if (session.epoch == epoch && session.clientId.equals(clientId)) {
                entry.queued = true;
                taken(entry.number);
            }
        }
        joined.put(queued.sequence(), changes.size());
        add(
                queued.sequence(),
                Args.of("Q")
                        .add(queued.sequence())
                        .add(Parcel.bytes(out -> out.queued(queued.queued()))));
    }

    private void left(long sequence) {
        Integer from = joined.remove(sequence);
        if (from == null) {
            add(sequence, Args.of("D").add(sequence));
            return;
        }
        for (int i = from; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (change != null && change.sequence == sequence) {
                changes.set(i, null);
            }
        }
    }

    private void add(long sequence, Args args) {
        changes.add(new Change(sequence, args));
    }

    /**
     * Epoch, how many messages it takes from the inbox of the node, their numbers, how many
     * changes, and these. Nothing of it is made where one of the messages is not there any more.
     *
     * @param takes whether it may take them: where a call names keys of one slot it may not
     */
    void writeTo(Args args, boolean takes) {
        int count = 0;
        for (Change change : changes) {
            count += change == null ? 0 : 1;
        }
        args.add(epoch).add(takes ? fromNode.size() : 0);
        if (takes) {
            fromNode.forEach(args::add);
        }
        args.add(count);
        for (Change change : changes) {
            if (change != null) {
                args.addAll(change.args);
            }
        }
    }
}
