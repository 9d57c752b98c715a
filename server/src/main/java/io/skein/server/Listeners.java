package io.skein.server;

import io.skein.server.admin.NodeView.ListenerView;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.HostPort;
import io.skein.server.config.ListenerSettings;
import io.skein.server.net.EventLoops;
import io.skein.server.net.Listener;
import io.skein.server.reload.Reloadable;
import io.skein.server.tls.TlsContext;
import io.skein.server.tls.TlsException;
import io.skein.server.tls.TlsSettings;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports for clients. A reload opens, closes and replaces them; connections that are there stay,
 * under the rules they came in by.
 */
final class Listeners implements Reloadable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final EventLoops loops;
    private volatile List<Open> all = List.of();
    private boolean accepting;
    private boolean closed;

    /** A port and what it was opened with. */
    private record Open(ListenerSettings settings, Listener listener) {
        boolean usesPortOf(ListenerSettings other) {
            return listener.address().getPort() == other.bind().port();
        }
    }

    Listeners(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * Takes the ports; nobody is served before {@link #accept}.
     *
     * @throws StartException if one cannot be taken; {@link #close} gives back those that were
     */
    synchronized void open(List<ListenerSettings> settings) throws StartException {
        List<Open> opened = new ArrayList<>();
        for (ListenerSettings each : settings) {
            try {
                opened.add(bind(new Intended(each)));
            } catch (BindException | TlsException e) {
                opened.forEach(open -> open.listener().close());
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
        }
        all = List.copyOf(opened);
    }

    /**
     * A port to open, with the certificate it needs, which may be wrong although the port is free.
     */
    private record Intended(ListenerSettings settings, @Nullable TlsContext tls) {
        Intended(ListenerSettings settings) throws TlsException {
            TlsSettings encryption = settings.rules().tls();
            this(
                    settings,
                    encryption == null ? null : TlsContext.open(settings.name(), encryption));
        }

        void discard() {
            if (tls != null) {
                tls.close();
            }
        }
    }

    /** Takes the port; if that fails, the certificate is given up too. */
    private Open bind(Intended intended) throws BindException {
        ListenerSettings settings = intended.settings();
        try {
            return new Open(
                    settings,
                    Listener.bind(
                            settings.name(),
                            settings.bind().toSocketAddress(),
                            settings.rules(),
                            intended.tls(),
                            loops));
        } catch (BindException e) {
            intended.discard();
            throw e;
        }
    }

    /** What encrypts, of all of them. */
    List<TlsContext> contexts() {
        return all.stream().map(open -> open.listener().tls()).filter(Objects::nonNull).toList();
    }

    /** Begins to serve clients. */
    synchronized void accept() {
        accepting = true;
        all.forEach(open -> open.listener().accept());
    }

    /** The real port of the first. */
    int firstPort() {
        return all.getFirst().listener().address().getPort();
    }

    List<ListenerView> views() {
        return all.stream().map(Listeners::view).toList();
    }

    private static ListenerView view(Open open) {
        ListenerSettings settings = open.settings();
        int port = open.listener().address().getPort();
        return new ListenerView(
                settings.name(),
                settings.rules().transport().toString(),
                new HostPort(settings.bind().host(), port).toString());
    }

    @Override
    public synchronized Change prepare(Configuration next) throws ConfigurationException {
        List<Open> going =
                all.stream().filter(open -> !next.listeners().contains(open.settings())).toList();
        List<Open> fresh = new ArrayList<>();
        List<Intended> late = new ArrayList<>();
        List<Renewal> renewals = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (ListenerSettings settings : next.listeners()) {
            try {
                Open same = openWith(settings);
                if (same != null) {
                    Renewal.of(same).ifPresent(renewals::add);
                } else if (going.stream().anyMatch(open -> open.usesPortOf(settings))) {
                    late.add(new Intended(settings)); // its port is free when the other is closed
                } else {
                    fresh.add(bind(new Intended(settings)));
                }
            } catch (BindException | TlsException e) {
                problems.add(new Problem("listeners", String.valueOf(e.getMessage())));
            }
        }
        Replacement replacement = new Replacement(next.listeners(), going, fresh, late, renewals);
        if (!problems.isEmpty()) {
            replacement.discard();
            throw new ConfigurationException(problems);
        }
        return replacement;
    }

    private @Nullable Open openWith(ListenerSettings settings) {
        return all.stream()
                .filter(open -> open.settings().equals(settings))
                .findFirst()
                .orElse(null);
    }

    /** A listener that stays, and whose files contain something else. */
    private record Renewal(String name, TlsContext tls, TlsContext.Prepared prepared) {
        static Optional<Renewal> of(Open open) throws TlsException {
            TlsContext tls = open.listener().tls();
            if (tls == null) {
                return Optional.empty();
            }
            TlsContext.Prepared prepared = tls.prepare();
            if (tls.isNews(prepared)) {
                return Optional.of(new Renewal(open.settings().name(), tls, prepared));
            }
            prepared.discard();
            return Optional.empty();
        }

        String apply() {
            tls.use(prepared);
            return "listener '%s' has the certificate valid until %s"
                    .formatted(name, tls.expires());
        }
    }

    /** Closes what goes, then opens what could not be opened before that. */
    private final class Replacement implements Change {
        private final List<ListenerSettings> order;
        private final List<Open> going;
        private final List<Open> fresh;
        private final List<Intended> late;
        private final List<Renewal> renewals;

        Replacement(
                List<ListenerSettings> order,
                List<Open> going,
                List<Open> fresh,
                List<Intended> late,
                List<Renewal> renewals) {
            this.order = order;
            this.going = going;
            this.fresh = fresh;
            this.late = late;
            this.renewals = renewals;
        }

        @Override
        public List<String> apply() {
            synchronized (Listeners.this) {
                if (closed) {
                    discard();
                    return List.of();
                }
                return replace();
            }
        }

        private List<String> replace() {
            List<String> lines = new ArrayList<>();
            renewals.forEach(renewal -> lines.add(renewal.apply()));
            List<Open> there = new ArrayList<>(all);
            for (Open open : going) {
                open.listener().close();
                there.remove(open);
                lines.add("listener %s closed".formatted(described(open)));
            }
            List<Open> added = new ArrayList<>(fresh);
            for (Intended intended : late) {
                try {
                    added.add(bind(intended));
                } catch (BindException e) {
                    LOG.error("A listener is missing until the next reload: {}", e.getMessage());
                    lines.add(String.valueOf(e.getMessage()));
                }
            }
            for (Open open : added) {
                if (accepting) {
                    open.listener().accept();
                }
                there.add(open);
                lines.add("listener %s opened".formatted(described(open)));
            }
            there.sort((a, b) -> Integer.compare(place(a), place(b)));
            all = List.copyOf(there);
            return lines;
        }

        private int place(Open open) {
            return order.indexOf(open.settings());
        }

        private static String described(Open open) {
            return "'%s' %s".formatted(open.settings().name(), view(open).address());
        }

        @Override
        public void discard() {
            fresh.forEach(open -> open.listener().close());
            late.forEach(Intended::discard);
            renewals.forEach(renewal -> renewal.prepared().discard());
        }
    }

    /** Gives the ports back; the connections they brought stay. */
    @Override
    public synchronized void close() {
        closed = true;
        all.forEach(open -> open.listener().close());
    }
}
