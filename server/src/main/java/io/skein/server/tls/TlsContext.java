package io.skein.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one listener, whose certificate can be replaced while clients are connected: each
 * connection keeps what it began with. Any thread may ask for handlers; {@link #look}, {@link
 * #prepare} and {@link #use} exclude each other.
 */
public final class TlsContext implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

    /** From when on it is said that a certificate ends. */
    private static final Duration ENDS_SOON = Duration.ofDays(30);

    /** The same of a revocation list, which is made every few days. */
    private static final Duration LIST_ENDS_SOON = Duration.ofDays(1);

    private static final Duration BETWEEN_REMINDERS = Duration.ofDays(1);

    /** For clients that do not read any more: closing does not wait longer to tell them. */
    private static final long CLOSE_NOTIFY_MILLIS = 1_000;

    private final String listener;
    private final AtomicLong failures = new AtomicLong();
    private volatile Prepared current;
    private volatile boolean closed;
    private List<Stamp> looked = List.of();
    private List<Stamp> failed = List.of();
    private Instant reminded = Instant.MIN;

    /** How a file was when it was looked at. */
    private record Stamp(@Nullable FileTime modified, long bytes, @Nullable Object identity) {
        private static final Stamp NONE = new Stamp(null, 0, null);

        static List<Stamp> of(List<Path> files) {
            return files.stream().map(Stamp::of).toList();
        }

        private static Stamp of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
            } catch (IOException e) {
                LOG.debug("{} cannot be looked at", file, e);
                return NONE;
            }
        }
    }

    /** Settings whose files were read and fit together, not in use yet. */
    public static final class Prepared {
        private final TlsSettings settings;
        private final KeyMaterial material;
        private final List<Stamp> stamps;

        private Prepared(TlsSettings settings) throws TlsException {
            this.settings = settings;
            this.stamps =
                    Stamp.of(settings.files()); // before they are read: a change after it counts
            this.material = KeyMaterial.read(settings);
        }

        /** Gives it up; not after it is in use. */
        public void discard() {
            ReferenceCountUtil.release(material.context());
        }
    }

    private TlsContext(String listener, Prepared first) {
        this.listener = listener;
        this.current = first;
    }

    /**
     * Reads the files.
     *
     * @param listener whose it is, for messages
     * @throws TlsException if they cannot be used; the message names the listener, and says which
     *     and why
     */
    public static TlsContext open(String listener, TlsSettings settings) throws TlsException {
        TlsContext context = new TlsContext(listener, prepare(listener, settings));
        context.remind(Instant.now());
        return context;
    }

    /** Whether the native library does the work; otherwise Java does. */
    public static boolean isNative() {
        return KeyMaterial.isNative();
    }

    /** The settings in use. */
    public TlsSettings settings() {
        return current.settings;
    }

    /** When the certificate in use, or one between it and the root, ends. */
    public Instant expires() {
        return current.material.expires();
    }

    /** How often files that had changed could not be used. */
    public long failures() {
        return failures.get();
    }

    /** The handler of one connection. It has no time limit of its own. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        while (true) {
            SslContext context = current.material.context();
            try {
                ReferenceCountUtil.retain(context);
            } catch (IllegalReferenceCountException e) {
                if (closed) {
                    throw new IllegalStateException("listener '" + listener + "' is closed", e);
                }
                continue; // replaced in this moment
            }
            try {
                SslHandler handler = context.newHandler(allocator);
                handler.setHandshakeTimeoutMillis(0);
                handler.setCloseNotifyFlushTimeout(CLOSE_NOTIFY_MILLIS, TimeUnit.MILLISECONDS);
                return handler;
            } finally {
                ReferenceCountUtil.release(context);
            }
        }
    }

    /**
     * Reads the files again; what is in use stays so.
     *
     * @throws TlsException if they cannot be used; the message names the listener
     */
    public synchronized Prepared prepare() throws TlsException {
        return prepare(listener, current.settings);
    }

    private static Prepared prepare(String listener, TlsSettings settings) throws TlsException {
        try {
            return new Prepared(settings);
        } catch (TlsException e) {
            throw new TlsException("listener '%s': %s".formatted(listener, e.getMessage()), e);
        }
    }

    /** Whether this differs from what is in use. */
    public synchronized boolean isNews(Prepared next) {
        Prepared now = current;
        return !next.material.certificate().equals(now.material.certificate())
                || !next.stamps.equals(now.stamps);
    }

    /** Connections that begin from now on use this. */
    public synchronized void use(Prepared next) {
        Prepared before = current;
        current = next;
        before.discard();
        reminded = Instant.MIN;
        remind(Instant.now());
    }

    /**
     * Looks whether files have changed since they were read, and reads them when they stayed the
     * same from one look to the next: certificate and key are rarely replaced in one moment. Files
     * that cannot be used are logged once and counted; what is in use stays so.
     */
    synchronized void look(Instant now) {
        if (closed) {
            return;
        }
        List<Stamp> stamps = Stamp.of(current.settings.files());
        boolean settled = stamps.equals(looked);
        looked = stamps;
        if (settled && !stamps.equals(current.stamps) && !stamps.equals(failed)) {
            replace(stamps);
        }
        remind(now);
    }

    private void replace(List<Stamp> stamps) {
        try {
            use(new Prepared(current.settings));
            failed = List.of();
            LOG.info(
                    "Listener '{}' uses the certificate that {} contains: {}, valid until {}",
                    listener,
                    current.settings.certificate(),
                    current.material.certificate().getSubjectX500Principal(),
                    expires());
        } catch (TlsException e) {
            failed = stamps;
            failures.incrementAndGet();
            LOG.error(
                    "Listener '{}' keeps its certificate, valid until {}; what its files contain"
                            + " cannot be used: {}",
                    listener,
                    expires(),
                    e.getMessage());
        }
    }

    private void remind(Instant now) {
        Duration left = Duration.between(now, expires());
        Instant revocationEnds = current.material.revocationEnds();
        boolean listEndsSoon = now.plus(LIST_ENDS_SOON).isAfter(revocationEnds);
        boolean isTime =
                reminded.equals(Instant.MIN) || now.isAfter(reminded.plus(BETWEEN_REMINDERS));
        if (!isTime || (left.compareTo(ENDS_SOON) >= 0 && !listEndsSoon)) {
            return;
        }
        reminded = now;
        if (left.isNegative()) {
            LOG.error(
                    "The certificate of listener '{}' ended at {}: clients refuse it; replace {}",
                    listener,
                    expires(),
                    current.settings.certificate());
        } else if (left.compareTo(ENDS_SOON) < 0) {
            LOG.warn(
                    "The certificate of listener '{}' ends at {}, in {} days; replace {}",
                    listener,
                    expires(),
                    left.toDays(),
                    current.settings.certificate());
        }
        if (listEndsSoon) {
            remindOfList(now.isBefore(revocationEnds), revocationEnds);
        }
    }

    private void remindOfList(boolean holds, Instant ends) {
        if (holds) {
            LOG.warn(
                    "The revocation list of listener '{}' ends at {}; replace {}",
                    listener,
                    ends,
                    current.settings.clientCrl());
        } else {
            LOG.error(
                    "The revocation list of listener '{}' ended at {}: no certificate of a client"
                            + " is believed until {} is replaced",
                    listener,
                    ends,
                    current.settings.clientCrl());
        }
    }

    /** Takes no more connections; those that are there keep what they have. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            current.discard();
        }
    }
}
