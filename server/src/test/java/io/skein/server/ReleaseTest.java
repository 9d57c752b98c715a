package io.skein.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReleaseTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<String> closed = new CopyOnWriteArrayList<>();

    private AutoCloseable closing(String name) {
        return () -> closed.add(name);
    }

    @Test
    void everythingIsClosedInItsOrder() {
        Release.all(List.of(closing("first"), closing("second"), closing("third")), LONG);
        assertThat(closed).containsExactly("first", "second", "third");
    }

    @Test
    void whatFailsIsPassedOver() {
        AutoCloseable failing =
                () -> {
                    throw new IOException("no");
                };
        Release.all(List.of(failing, closing("next")), LONG);
        assertThat(closed).containsExactly("next");
    }

    @Test
    void whatDoesNotEndIsLeftBehind() {
        CountDownLatch never = new CountDownLatch(1);
        Release.all(List.of(never::await, closing("next")), Duration.ofMillis(1));
        assertThat(closed).containsExactly("next");
        never.countDown();
    }

    @Test
    void anInterruptionIsPassedOnWhenAllAreClosed() {
        Thread.currentThread().interrupt();
        Release.all(List.of(closing("first"), closing("second")), LONG);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).containsExactly("first", "second");
    }
}
