package io.skein.lab.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The members of a shared subscription, and who took which QoS 2 message: four bytes for each. */
final class Group {
    private final String name;
    private final List<Subscription> members = new ArrayList<>();
    private final Map<MessageStream, int[]> takers = new HashMap<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Client, Integer> numbers = new HashMap<>();
    private long sessionEnded = -1;
    private boolean weak;

    Group(String name) {
        this.name = name;
    }

    /** The filter with its group, as in SUBSCRIBE. */
    String name() {
        return name;
    }

    List<Subscription> members() {
        return members;
    }

    void join(Subscription member) {
        if (!members.contains(member)) {
            members.add(member);
        }
    }

    /** A member was granted QoS 0: what it is given need not arrive. */
    void weaken() {
        weak = true;
    }

    boolean isWeak() {
        return weak;
    }

    /** The session of a member ended. */
    void sessionEnded(long index) {
        sessionEnded = Math.max(sessionEnded, index);
    }

    /** The index of the event with which a member's session ended last, or -1. */
    long sessionEnded() {
        return sessionEnded;
    }

    /** A member takes a message; returns who took it first, itself included. */
    Client taken(MessageStream stream, long sequence, Client by) {
        int number =
                numbers.computeIfAbsent(
                        by,
                        client -> {
                            clients.add(client);
                            return clients.size();
                        });
        int[] owners = takers.computeIfAbsent(stream, _ -> new int[16]);
        int at = Math.toIntExact(sequence);
        if (at >= owners.length) {
            owners = Arrays.copyOf(owners, Math.max(at + 1, owners.length * 2));
            takers.put(stream, owners);
        }
        if (owners[at] == 0) {
            owners[at] = number;
        }
        return clients.get(owners[at] - 1);
    }
}
