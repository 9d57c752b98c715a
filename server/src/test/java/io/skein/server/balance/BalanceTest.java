package io.skein.server.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.broker.ClientInfo;
import io.skein.broker.Referral;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.mqtt.ProtocolVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is moved where, and how fast; in a time that the test lets pass. */
class BalanceTest implements Clients, Neighbours {
    private final Map<String, ProtocolVersion> connected = new LinkedHashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> servers = new ArrayList<>();
    private final Map<String, NodeLoad> loads = new LinkedHashMap<>();
    private final List<NodeLoad> announced = new ArrayList<>();
    private final List<NodeInfo> nodes = new ArrayList<>(List.of(node("self")));
    private @Nullable Referral referral;
    private long nowNanos = System.nanoTime();
    private Balance balance = new Balance("self", this, this, 0);

    private static NodeInfo node(String name) {
        return new NodeInfo(name, name + ":1883", "");
    }

    private void other(String name, long connections, boolean accepting) {
        nodes.add(node(name));
        loads.put(name, new NodeLoad(connections, 0, accepting));
    }

    private void clients(int count, ProtocolVersion version) {
        for (int i = 0; i < count; i++) {
            connected.put(version + " " + i, version);
        }
    }

    private void pass(long millis) {
        for (long each = 0; each < millis; each += 100) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(100);
            balance.tick(nowNanos);
        }
    }

    @Override
    public long connected() {
        return connected.size();
    }

    @Override
    public CompletableFuture<List<ClientInfo>> all() {
        List<ClientInfo> all = new ArrayList<>();
        connected.forEach((id, version) -> all.add(info(id, version)));
        all.add(info("away", null));
        return CompletableFuture.completedFuture(all);
    }

    private static ClientInfo info(String id, @Nullable ProtocolVersion version) {
        return new ClientInfo(id, "", null, version, version != null, false, 0, 0, 0, 0);
    }

    @Override
    public CompletableFuture<Boolean> send(String clientId, String to) {
        boolean there = connected.remove(clientId) != null;
        sent.add(clientId);
        servers.add(to);
        return CompletableFuture.completedFuture(there);
    }

    @Override
    public void refer(@Nullable Referral elsewhere) {
        referral = elsewhere;
    }

    @Override
    public List<NodeInfo> nodes() {
        return nodes;
    }

    @Override
    public Map<String, NodeLoad> loads() {
        return loads;
    }

    @Override
    public void announce(NodeLoad load) {
        announced.add(load);
    }

    @Test
    void theOthersAreToldEverySecond() {
        clients(3, ProtocolVersion.MQTT_5);
        pass(3_000);
        assertThat(announced).hasSize(3).allMatch(load -> load.connections() == 3);
        assertThat(announced).allMatch(NodeLoad::accepting);
        assertThat(referral).isNull();
    }

    @Test
    void aDrainedNodeMovesItsClientsAtTheRateToThoseWithTheFewest() throws Exception {
        other("little", 2, true);
        other("much", 7, true);
        other("drained", 0, false);
        clients(20, ProtocolVersion.MQTT_3_1_1);
        balance.drain(10);
        assertThat(announced.getLast().accepting()).isFalse();
        assertThat(referral).isEqualTo(new Referral("little:1883", true));

        pass(1_000);
        assertThat(sent).hasSizeBetween(9, 11);
        assertThat(balance.standing())
                .isEqualTo(
                        new Standing(
                                false, 20 - sent.size(), 20 - sent.size(), sent.size(), false));

        pass(3_000);
        assertThat(sent).hasSize(20).doesNotContain("away");
        assertThat(Collections.frequency(servers, "little:1883"))
                .isGreaterThan(Collections.frequency(servers, "much:1883"));
        assertThat(servers).contains("much:1883").doesNotContain("drained:1883", "self:1883");
        assertThat(balance.standing()).isEqualTo(new Standing(false, 0, 0, 20, false));
    }

    @Test
    void whoWasOnTheWayInWhenItBeganIsMovedToo() throws Exception {
        other("other", 0, true);
        balance.drain(100);
        pass(500);
        clients(3, ProtocolVersion.MQTT_5);
        pass(2_000);
        assertThat(connected).isEmpty();
        assertThat(balance.standing().moved()).isEqualTo(3);
    }

    @Test
    void aNodeWithoutOthersIsNotDrained() {
        other("drained", 0, false);
        clients(1, ProtocolVersion.MQTT_5);
        assertThatThrownBy(() -> balance.drain(10))
                .isInstanceOf(OrderRefusedException.class)
                .hasMessage("no other node takes clients");
        pass(2_000);
        assertThat(connected).hasSize(1);
        assertThat(referral).isNull();
    }

    @Test
    void clientsWaitWhileNoOtherNodeIsThereAndAreNotMadeUpForAfterwards() throws Exception {
        other("other", 0, true);
        clients(100, ProtocolVersion.MQTT_5);
        balance.drain(10);
        pass(1_000);
        NodeInfo gone = nodes.removeLast();
        pass(3_000);
        int before = sent.size();
        assertThat(before).isLessThanOrEqualTo(21);
        assertThat(balance.standing().waiting()).isTrue();
        assertThat(referral).isEqualTo(new Referral("", true));

        nodes.add(gone);
        pass(2_000);
        assertThat(sent.size() - before).isBetween(1, 21);
        assertThat(balance.standing().waiting()).isFalse();
    }

    @Test
    void aNodeThatResumesKeepsTheRest() throws Exception {
        other("other", 0, true);
        clients(10, ProtocolVersion.MQTT_5);
        balance.drain(5);
        pass(1_000);
        balance.resume();
        int left = connected.size();
        assertThat(left).isBetween(4, 6);
        pass(3_000);
        assertThat(connected).hasSize(left);
        assertThat(referral).isNull();
        assertThat(announced.getLast().accepting()).isTrue();
        assertThat(balance.standing().accepting()).isTrue();
    }

    @Test
    void whatIsAboveAnEqualShareGoesMqtt5First() throws Exception {
        other("empty", 0, true);
        other("half", 6, true);
        nodes.add(node("unknown"));
        clients(8, ProtocolVersion.MQTT_3_1_1);
        clients(4, ProtocolVersion.MQTT_5);
        loads.put("unknown", new NodeLoad(0, 0, false));

        assertThat(balance.rebalance(100)).isEqualTo(6);
        pass(1_000);
        assertThat(sent).hasSize(6);
        assertThat(sent.subList(0, 4)).allMatch(id -> id.startsWith("MQTT_5 "));
        assertThat(servers).containsOnly("empty:1883");
        assertThat(balance.standing()).isEqualTo(new Standing(true, 6, 0, 6, false));
    }

    @Test
    void nobodyIsMovedToAndFro() throws Exception {
        other("other", 3, true);
        clients(4, ProtocolVersion.MQTT_5);
        assertThat(balance.rebalance(100)).isZero();
    }

    @Test
    void aDrainedNodeIsNotRebalanced() throws Exception {
        other("other", 0, true);
        balance.drain(1);
        assertThatThrownBy(() -> balance.rebalance(1))
                .isInstanceOf(OrderRefusedException.class)
                .hasMessage("the node is drained");
    }

    @ParameterizedTest
    @CsvSource({
        "100, 10, 150, true", // 100 of 110: an equal share is 55
        "100, 10, 200, false",
        "30, 10, 100, false", // only 10 more than an equal share
        "100, 100, 101, false",
        "100, 10, 0, false"
    })
    void newcomersAreSentAwayOnlyFarAboveAnEqualShare(
            int own, int others, int percent, boolean referred) {
        balance = new Balance("self", this, this, 0);
        balance.useReferAbovePercent(percent);
        other("other", others, true);
        clients(own, ProtocolVersion.MQTT_5);
        pass(1_000);
        assertThat(referral).isEqualTo(referred ? new Referral("other:1883", false) : null);
    }
}
