package io.skein.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("10.0.0.2");

    private long nowNanos = Long.MAX_VALUE - 5; // it may well overflow
    private FailedLogins logins = of(3, 100);

    private FailedLogins of(int failures, int addresses) {
        return new FailedLogins(new LoginLimits(1, 1, 1, failures, 10, addresses), () -> nowNanos);
    }

    private void pass(int seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void an_address_that_failed_too_often_waits_for_the_next_free_failure() {
        for (int i = 0; i < 3; i++) {
            assertThat(logins.mayTry(HERE)).isTrue();
            logins.failed(HERE);
        }
        assertThat(logins.mayTry(HERE)).isFalse();
        assertThat(logins.mayTry(THERE)).isTrue();

        pass(9);
        assertThat(logins.mayTry(HERE)).isFalse();
        pass(1);
        assertThat(logins.mayTry(HERE)).isTrue();
        logins.failed(HERE);
        assertThat(logins.mayTry(HERE)).isFalse();
        pass(30);
        for (int i = 0; i < 3; i++) {
            assertThat(logins.mayTry(HERE)).isTrue();
            logins.failed(HERE);
        }
        assertThat(logins.mayTry(HERE)).isFalse();
    }

    @Test
    void failures_beyond_the_limit_do_not_lock_an_address_for_longer() {
        for (int i = 0; i < 1_000; i++) {
            logins.failed(HERE);
        }
        assertThat(logins.mayTry(HERE)).isFalse();
        pass(10);
        assertThat(logins.mayTry(HERE)).isTrue();
    }

    @Test
    void addresses_of_ipv6_count_by_their_network() {
        for (int i = 0; i < 3; i++) {
            logins.failed(InetAddress.ofLiteral("2001:db8:0:1::" + i));
        }
        assertThat(logins.mayTry(InetAddress.ofLiteral("2001:db8:0:1:ffff::9"))).isFalse();
        assertThat(logins.mayTry(InetAddress.ofLiteral("2001:db8:0:2::1"))).isTrue();
    }

    @Test
    void the_table_is_bounded() {
        logins = of(1, 2);
        logins.failed(HERE);
        logins.failed(THERE);
        logins.failed(InetAddress.ofLiteral("10.0.0.3"));
        assertThat(logins.mayTry(HERE)).isTrue(); // forgotten
        assertThat(logins.mayTry(THERE)).isFalse();
    }

    @Test
    void there_may_be_no_limit() {
        logins = of(0, 1);
        for (int i = 0; i < 100; i++) {
            logins.failed(HERE);
        }
        assertThat(logins.mayTry(HERE)).isTrue();
    }
}
