package io.skein.server.tls;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that looks after the certificate files of all listeners. Any thread may call. */
public final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
    private static final long LOOK_SECONDS = 1;

    private final Supplier<List<TlsContext>> contexts;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("skein-certificates").factory());

    /** Looks about once a second; a change is in use after the second look. */
    public CertificateWatch(Supplier<List<TlsContext>> watched) {
        contexts = watched;
        timer.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        for (TlsContext context : contexts.get()) {
            try {
                context.look(Instant.now());
            } catch (RuntimeException e) {
                LOG.error("Certificate files could not be looked at; please report this", e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
