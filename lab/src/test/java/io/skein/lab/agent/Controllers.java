package io.skein.lab.agent;

import java.util.concurrent.atomic.AtomicInteger;

/** Who connects to agents in tests; each is another one. */
final class Controllers {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Controllers() {}

    static RemoteAgent.Controller unprotected() {
        return new RemoteAgent.Controller(
                "test-" + NUMBER.incrementAndGet(), Protection.NONE, NanoClock.SYSTEM);
    }
}
