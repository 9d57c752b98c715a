package io.skein.server;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes one thing after the other, and waits for none of them when the time is over. */
final class Release {
    private static final Logger LOG = LoggerFactory.getLogger(Release.class);

    /** How long each is waited for, though those before have taken all the time. */
    private static final Duration LEAST = Duration.ofMillis(200);

    private Release() {}

    /**
     * Closes these, in this order. What cannot be closed is told in the log, and so is what does
     * not come to an end: that goes on by itself while the next is closed.
     *
     * @param limit how long it may take in all, about
     */
    static void all(Iterable<? extends AutoCloseable> resources, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        for (AutoCloseable resource : resources) {
            Duration left = Duration.ofNanos(endNanos - System.nanoTime());
            close(resource, left.compareTo(LEAST) < 0 ? LEAST : left);
        }
    }

    private static void close(AutoCloseable resource, Duration limit) {
        Thread closing =
                Thread.ofPlatform()
                        .daemon()
                        .name("skein-close-" + resource.getClass().getSimpleName())
                        .start(() -> close(resource));
        if (!ends(closing, limit)) {
            Throwable where = new IllegalStateException("it waits here");
            where.setStackTrace(closing.getStackTrace());
            LOG.warn("{} does not close, and is left to itself", resource, where);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("{} could not be closed", resource, e);
        }
    }

    /** An interruption is passed on, and shortens nothing: what is open has to be closed. */
    private static boolean ends(Thread closing, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (true) {
            try {
                boolean ended = closing.join(Duration.ofNanos(endNanos - System.nanoTime()));
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return ended;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
