package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** P9 under random disturbance: a message to a group reaches one of its members, not two. */
class SharedSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FOREVER = 0xFFFF_FFFFL;
    private static final List<String> GROUPS =
            List.of("$share/one/t/#", "$share/two/t/#", "$share/one/t/+");
    private static final int MEMBERS = 3;

    /** Groups of members, and publishers to all of them. */
    private static final class Groups {
        final VirtualTime time;
        final SimulatedCluster cluster;
        final Map<String, List<SimulatedClient>> members = new LinkedHashMap<>();
        final List<SimulatedClient> publishers = new ArrayList<>();
        final Map<SimulatedClient, SimulatedNode> homes = new HashMap<>();
        final Map<String, QoS> qosOf = new HashMap<>();
        private int clients;
        private int published;

        Groups(long seed, int nodes, int shards) {
            time = new VirtualTime(seed);
            cluster = new SimulatedCluster(time, nodes, shards);
            for (int i = 0; i < 3; i++) {
                publishers.add(client("pub-", FOREVER));
            }
            for (String group : GROUPS) {
                members.put(group, new ArrayList<>());
            }
            time.run(5 * SECOND);
        }

        private SimulatedClient client(String kind, long expirySeconds) {
            SimulatedClient client = new SimulatedClient(time, kind + clients++);
            SimulatedNode home = cluster.nodes.get(time.random.nextInt(cluster.nodes.size()));
            homes.put(client, home);
            client.connect(home, true, expirySeconds);
            return client;
        }

        SimulatedClient join(String group, long expirySeconds, QoS qos) {
            SimulatedClient member = client("member-", expirySeconds);
            time.run(SECOND);
            member.subscribe(group, qos);
            time.run(SECOND);
            assertThat(member.subAcks).hasSize(1);
            members.get(group).add(member);
            return member;
        }

        void publish(SimulatedClient publisher, QoS qos) {
            String text = publisher.id + ":" + published++;
            qosOf.put(text, qos);
            publisher.publish("t/" + time.random.nextInt(4), text, qos);
        }

        <T> T any(List<T> of) {
            return of.get(time.random.nextInt(of.size()));
        }

        QoS anyQos() {
            return QoS.of(1 + time.random.nextInt(2));
        }

        void reconnect(SimulatedClient client) {
            client.connect(homes.get(client), false, FOREVER);
        }

        void everybodyBack(List<SimulatedClient> clients) {
            for (int round = 0; round < 5; round++) {
                clients.stream().filter(client -> !client.isConnected()).forEach(this::reconnect);
                time.run(20 * SECOND);
            }
        }

        List<SimulatedClient> allMembers() {
            return members.values().stream().flatMap(List::stream).toList();
        }

        List<SimulatedClient> holders(String group, String text) {
            return members.get(group).stream().filter(m -> m.texts().contains(text)).toList();
        }

        void everyMessageHasReachedEveryGroup() {
            for (SimulatedClient publisher : publishers) {
                assertThat(publisher.isIdle()).as(publisher.id + " has its answers").isTrue();
                for (String group : GROUPS) {
                    assertThat(publisher.acknowledged)
                            .as("acknowledged to %s, at a member of %s", publisher.id, group)
                            .isNotEmpty()
                            .allSatisfy(text -> assertThat(holders(group, text)).isNotEmpty());
                }
            }
            cluster.nodes.forEach(
                    node -> assertThat(node.broker().counters().droppedNoMember.sum()).isZero());
        }
    }

    private static void membersComeAndGo(long seed, int nodes, int shards) {
        Groups groups = new Groups(seed, nodes, shards);
        for (String group : GROUPS) {
            for (int i = 0; i < MEMBERS; i++) {
                groups.join(group, FOREVER, groups.anyQos());
            }
        }
        SimulatedClient steady = groups.publishers.getFirst();
        List<SimulatedClient> unsteady = new ArrayList<>(groups.allMembers());
        unsteady.addAll(groups.publishers.subList(1, groups.publishers.size()));
        for (int step = 0; step < 300; step++) {
            int dice = groups.time.random.nextInt(20);
            SimulatedClient someone = groups.any(unsteady);
            if (dice < 12) {
                groups.publish(groups.any(groups.publishers), groups.anyQos());
            } else if (dice < 15) {
                someone.cut();
            } else if (!someone.isConnected() || dice == 19) {
                groups.reconnect(someone); // a takeover where it is still connected
            }
            groups.time.run(groups.time.delay(SECOND / 50));
        }
        groups.everybodyBack(groups.allMembers());
        groups.everybodyBack(groups.publishers);
        groups.everyMessageHasReachedEveryGroup();
        groups.qosOf.forEach((text, qos) -> {
            if (qos == QoS.EXACTLY_ONCE || text.startsWith(steady.id + ":")) { // never sent twice
                for (String group : GROUPS) {
                    assertThat(groups.holders(group, text)).as(text).hasSize(1);
                }
            }
        });
    }

    @Test
    void p9_a_message_goes_to_one_member_whoever_comes_and_goes() {
        Seeds.each(
                SharedSimulationTest.class,
                seed -> membersComeAndGo(seed, 1, 1 + (int) (seed % 3)));
    }

    @Test
    void p9_a_message_goes_to_one_member_of_all_nodes() {
        Seeds.each(SharedSimulationTest.class, seed -> membersComeAndGo(seed, 3, 2));
    }

    @Test
    void p9_what_a_member_whose_session_ends_has_not_acknowledged_goes_to_another() {
        Seeds.each(
                SharedSimulationTest.class,
                seed -> {
                    Groups groups = new Groups(seed, 1, 1 + (int) (seed % 3));
                    for (String group : GROUPS) {
                        groups.join(group, FOREVER, QoS.AT_LEAST_ONCE); // it stays
                        groups.join(group, 0, QoS.AT_LEAST_ONCE);
                        groups.join(group, 0, QoS.AT_LEAST_ONCE);
                    }
                    List<SimulatedClient> gone = new ArrayList<>();
                    for (int step = 0; step < 200; step++) {
                        String group = groups.any(GROUPS);
                        List<SimulatedClient> members = groups.members.get(group);
                        SimulatedClient member = members.getLast();
                        int dice = groups.time.random.nextInt(20);
                        if (dice < 16) {
                            groups.publish(groups.any(groups.publishers), QoS.AT_LEAST_ONCE);
                        } else if (dice < 17) {
                            member.acknowledging = false;
                        } else if (dice < 18) {
                            member.cut();
                            gone.add(member);
                            groups.join(group, 0, QoS.AT_LEAST_ONCE);
                        }
                        groups.time.run(groups.time.delay(SECOND / 50));
                    }
                    groups.allMembers()
                            .forEach(member -> {
                                if (!member.acknowledging) {
                                    member.cut();
                                    gone.add(member);
                                }
                            });
                    groups.time.run(20 * SECOND);
                    groups.everyMessageHasReachedEveryGroup();
                    for (String group : GROUPS) {
                        for (String text : groups.qosOf.keySet()) {
                            List<SimulatedClient> holders =
                                    new ArrayList<>(groups.holders(group, text));
                            holders.removeAll(gone);
                            assertThat(holders).as(text).hasSizeLessThanOrEqualTo(1);
                        }
                    }
                });
    }
}
