package io.skein.server.security.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
    private final AtomicReference<RuleBook> book = new AtomicReference<>(RuleBook.EMPTY);
    private final List<String> denied = new ArrayList<>();

    private static Subject subject(String clientId, @Nullable String user, String... groups) {
        return new Subject(clientId, user, Set.of(groups), InetAddress.ofLiteral("10.1.2.3"));
    }

    private ClientRules rules(Subject subject, Rule... rules) {
        book.set(new RuleBook(List.of(rules), Map.of("staff", Set.of("alice"))));
        return rules(subject, (List<Rule>) null);
    }

    private ClientRules rules(Subject subject, @Nullable List<Rule> own) {
        return new ClientRules(
                book::get, subject, own, (who, action, topic) -> denied.add(action + " " + topic));
    }

    private static Rule rule(Permission permission, Action action, String... topics) {
        return Rule.of(permission, action, Arrays.stream(topics).map(TopicPattern::parse).toList());
    }

    private static Rule allow(String... topics) {
        return rule(Permission.ALLOW, Action.ALL, topics);
    }

    private static Rule deny(String... topics) {
        return rule(Permission.DENY, Action.ALL, topics);
    }

    private static boolean publish(ClientRules rules, String topic) {
        return rules.mayPublish(TopicName.of(topic));
    }

    private static boolean subscribe(ClientRules rules, String filter) {
        return rules.maySubscribe(TopicFilter.of(filter));
    }

    @Test
    void without_rules_everything_is_allowed_and_with_one_what_none_allows_is_denied() {
        ClientRules none = rules(subject("c", "u"));
        assertThat(publish(none, "a")).isTrue();
        assertThat(subscribe(none, "#")).isTrue();

        ClientRules one = rules(subject("c", "u"), allow("a"));
        assertThat(publish(one, "a")).isTrue();
        assertThat(publish(one, "b")).isFalse();
        assertThat(subscribe(one, "b")).isFalse();
        assertThat(denied).containsExactly("PUBLISH b", "SUBSCRIBE b");
    }

    @Test
    void the_first_rule_that_matches_counts() {
        ClientRules rules = rules(subject("c", "u"), allow("a/free"), deny("a/#"), allow("#"));
        assertThat(publish(rules, "a/free")).isTrue();
        assertThat(publish(rules, "a/x")).isFalse();
        assertThat(publish(rules, "b")).isTrue();
    }

    @Test
    void a_rule_is_about_one_action_or_both() {
        ClientRules rules =
                rules(
                        subject("c", "u"),
                        rule(Permission.ALLOW, Action.PUBLISH, "in"),
                        rule(Permission.ALLOW, Action.SUBSCRIBE, "out"));
        assertThat(publish(rules, "in")).isTrue();
        assertThat(subscribe(rules, "in")).isFalse();
        assertThat(publish(rules, "out")).isFalse();
        assertThat(subscribe(rules, "out")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a/#, a/b/c, true",
        "a/#, a, true",
        "a/#, a/#, true",
        "a/#, a/+/c, true",
        "a/#, #, false",
        "a/#, +/b, false",
        "a/+, a/b, true",
        "a/+, a/+, true",
        "a/+, a/#, false",
        "a/+, a, false",
        "a/b, a/+, false",
        "#, $SYS/load, false",
        "+/x, $SYS/x, false",
        "#, +/+, true",
        "a/#, $share/g/a/b, true",
        "$share/g/a/#, $share/g/a/b, true",
        "$share/g/a/#, $share/h/a/b, false",
        "$share/g/a/#, a/b, false",
    })
    void an_allowing_rule_has_to_cover_the_subscription(
            String rule, String wanted, boolean expected) {
        assertThat(subscribe(rules(subject("c", "u"), allow(rule)), wanted)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "secret/#, #, false",
        "secret/#, +/key, false",
        "secret/#, secret, false",
        "secret/#, other/#, true",
        "secret/+/x, +/a/x, false",
        "secret/+/x, +/a/y, true",
        "a/b, a/b/#, false",
        "a/b/c, a/b, true",
        "$SYS/#, #, true",
        "$SYS/#, $SYS/load, false",
        "secret/#, $share/g/#, false",
        "$share/g/#, $share/g/a, false",
        "$share/g/#, $share/h/a, true",
    })
    void a_denying_rule_keeps_off_every_subscription_that_would_reach_into_it(
            String rule, String wanted, boolean expected) {
        Rule rest =
                new Rule(
                        Permission.ALLOW,
                        Action.ALL,
                        List.of(),
                        Set.of(),
                        List.of(),
                        List.of(),
                        List.of());
        assertThat(subscribe(rules(subject("c", "u"), deny(rule), rest), wanted))
                .isEqualTo(expected);
    }

    @Test
    void names_are_put_into_topics() {
        ClientRules rules =
                rules(
                        subject("c1", "alice", "red", "blue"),
                        allow("dev-%c/#", "users/%u", "groups/%g/x", "100%%"));
        assertThat(publish(rules, "dev-c1/a")).isTrue();
        assertThat(publish(rules, "dev-c2/a")).isFalse();
        assertThat(publish(rules, "users/alice")).isTrue();
        assertThat(publish(rules, "groups/red/x")).isTrue();
        assertThat(publish(rules, "groups/blue/x")).isTrue();
        assertThat(publish(rules, "groups/staff/x")).isTrue(); // by the book
        assertThat(publish(rules, "groups/authenticated/x")).isFalse();
        assertThat(publish(rules, "100%")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "", "a+", "x#", "/", "a\u0001"})
    void a_client_id_widens_no_rule(String clientId) {
        ClientRules rules = rules(subject(clientId, "u"), allow("dev/%c", "dev/%c/#"));
        assertThat(subscribe(rules, "dev/+")).isFalse();
        assertThat(subscribe(rules, "dev/#")).isFalse();
        assertThat(publish(rules, "dev/x")).isFalse();
        assertThat(publish(rules, "dev/a/b")).isFalse();
        assertThat(publish(rules, "dev/")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS", "$share"})
    void a_client_id_reaches_no_reserved_topics(String clientId) {
        ClientRules rules = rules(subject(clientId, "u"), allow("%c/g/#"));
        assertThat(publish(rules, "$SYS/g/x")).isFalse();
        assertThat(subscribe(rules, "$SYS/g/x")).isFalse();
        assertThat(subscribe(rules, "$share/g/x")).isFalse();
    }

    @Test
    void a_client_id_that_is_not_fit_does_not_escape_a_denial() {
        ClientRules rules =
                rules(subject("a/b", null), deny("dev/%c/key", "$share/%u/x"), allow("#"));
        assertThat(publish(rules, "dev/a/key")).isFalse();
        assertThat(publish(rules, "dev/a/other")).isTrue();
        assertThat(subscribe(rules, "$share/g/x")).isFalse();
    }

    @Test
    void rules_are_for_users_groups_clients_and_addresses() {
        Rule rule =
                new Rule(
                        Permission.ALLOW,
                        Action.ALL,
                        List.of(new NamePattern("al*")),
                        Set.of("staff"),
                        List.of(new NamePattern("*-x-*")),
                        List.of(AddressRange.parse("10.0.0.0/8")),
                        List.of());
        assertThat(publish(rules(subject("a-x-b", "alice"), rule), "t")).isTrue();
        assertThat(publish(rules(subject("a-y-b", "alice"), rule), "t")).isFalse();
        assertThat(publish(rules(subject("a-x-b", "alfred"), rule), "t")).isFalse();
        assertThat(publish(rules(subject("a-x-b", null, "staff"), rule), "t")).isFalse();
        Subject elsewhere =
                new Subject("a-x-b", "alice", Set.of(), InetAddress.ofLiteral("11.0.0.1"));
        assertThat(publish(rules(elsewhere, rule), "t")).isFalse();
    }

    @Test
    void anonymous_and_authenticated_are_groups_nobody_can_claim() {
        Rule anonymous =
                new Rule(
                        Permission.DENY,
                        Action.ALL,
                        List.of(),
                        Set.of(Rule.ANONYMOUS),
                        List.of(),
                        List.of(),
                        List.of());
        Rule authenticated =
                new Rule(
                        Permission.ALLOW,
                        Action.ALL,
                        List.of(),
                        Set.of(Rule.AUTHENTICATED),
                        List.of(),
                        List.of(),
                        List.of());
        assertThat(publish(rules(subject("c", "u", "anonymous"), anonymous, authenticated), "t"))
                .isTrue();
        assertThat(publish(rules(subject("c", null, "authenticated"), authenticated), "t"))
                .isFalse();
    }

    @Test
    void rules_that_came_with_a_client_stand_before_the_others_and_deny_by_themselves() {
        book.set(new RuleBook(List.of(allow("common")), Map.of()));
        ClientRules own = rules(subject("c", "u"), List.of(allow("mine"), deny("common")));
        assertThat(publish(own, "mine")).isTrue();
        assertThat(publish(own, "common")).isFalse();

        book.set(RuleBook.EMPTY);
        assertThat(publish(rules(subject("c", "u"), List.of()), "t")).isFalse();
    }

    @Test
    void other_rules_count_from_the_next_publish_on() {
        ClientRules rules = rules(subject("c", "u"), allow("a"));
        assertThat(publish(rules, "a")).isTrue();
        book.set(new RuleBook(List.of(allow("b")), Map.of()));
        assertThat(publish(rules, "a")).isFalse();
        assertThat(publish(rules, "b")).isTrue();
        book.set(RuleBook.EMPTY);
        assertThat(publish(rules, "a")).isTrue();
    }

    @Test
    void what_is_remembered_of_a_topic_is_not_said_of_another_with_the_same_place() {
        ClientRules rules = rules(subject("c", "u"), allow("even/#"));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 500; i++) {
                assertThat(publish(rules, "even/" + i)).isTrue();
                assertThat(publish(rules, "odd/" + i)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/%x", "a%", "a/#/b", "", "a+/%c"})
    void patterns_that_cannot_be_are_refused(String text) {
        assertThatThrownBy(() -> TopicPattern.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.0/9, 10.128.0.0, false",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, ::2, false",
        "fd00::/7, fe00::1, false",
        "fd00::/7, fc00::1, true",
        "::1, ::1, true",
    })
    void address_ranges(String range, String address, boolean expected) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "host", "10.0.0.0/x", "10.0.0.0/-1", "::/129"})
    void address_ranges_that_cannot_be_are_refused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void a_name_pattern_is_quick_whatever_the_name() {
        NamePattern pattern = new NamePattern("*a*a*a*a*a*a*a*a*a*a*a*a*b");
        assertThat(pattern.matches("a".repeat(60_000))).isFalse();
        assertThat(pattern.matches("a".repeat(20) + "b")).isTrue();
        assertThat(new NamePattern("x*").matches("x")).isTrue();
        assertThat(new NamePattern("x").matches("xy")).isFalse();
    }
}
