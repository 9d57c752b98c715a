package io.skein.server.security;

import io.skein.broker.AccessSettings;
import io.skein.server.security.SecuritySettings.LoginKind;
import io.skein.server.security.callback.CallbackLogin;
import io.skein.server.security.login.CertificateLogin;
import io.skein.server.security.login.Login;
import io.skein.server.security.login.Workers;
import io.skein.server.security.password.PasswordFile;
import io.skein.server.security.password.PasswordLogin;
import io.skein.server.security.password.Scram;
import io.skein.server.security.rules.RuleBook;
import io.skein.server.security.token.TokenLogin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The security of one node, opened with its settings: whom the core asks, and one thread that looks
 * after files, keys and the audit. Any thread may call.
 */
public final class Security implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Security.class);
    private static final int AUDIT_SECONDS = 1;

    /** Reads a file of rules; the format is not known here. */
    @FunctionalInterface
    public interface RulesReader {
        /**
         * The rules of a file.
         *
         * @throws IOException if they cannot be used; the message says where and why
         */
        RuleBook read(Path file) throws IOException;
    }

    private final Workers workers;
    private final Audit audit = new Audit();
    private final RulesReader rulesReader;
    private final List<Login> logins = new ArrayList<>();
    private final AccessSettings access;
    private final ScheduledExecutorService housekeeping;
    private volatile RuleBook rules = RuleBook.EMPTY;
    private volatile @Nullable WatchedFile<PasswordFile> passwords;
    private @Nullable WatchedFile<RuleBook> rulesFile;
    private RuleBook configuredRules;
    private volatile SecuritySettings settings;

    private Security(SecuritySettings settings, RulesReader rulesReader) throws IOException {
        this.settings = settings;
        LoginLimits limits = settings.limits();
        this.rulesReader = rulesReader;
        this.workers =
                new Workers(limits.workers(), limits.waitingMaximum(), limits.secondsMaximum());
        this.configuredRules = settings.rules();
        this.passwords = passwords(settings.passwordFile());
        this.rulesFile = rulesFile(settings.rulesFile());
        combineRules();
        for (LoginKind kind : settings.chain()) {
            logins.add(login(kind, settings));
        }
        Gate gate =
                new Gate(
                        logins,
                        passwords == null ? null : new Scram(this::users),
                        () -> this.settings.anonymous(),
                        new FailedLogins(limits, System::nanoTime),
                        () -> rules,
                        audit);
        this.access = new AccessSettings(gate, limits.secondsMaximum(), settings.closesOnDenial());
        this.housekeeping =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("skein-security").factory());
        every(AUDIT_SECONDS, audit::writeSums);
        if (settings.reloadSeconds() > 0) {
            every(settings.reloadSeconds(), this::reload);
        }
    }

    /**
     * Reads the files and begins to look after them.
     *
     * @throws IOException if a file cannot be used; the message says where and why
     */
    public static Security open(SecuritySettings settings, RulesReader rulesReader)
            throws IOException {
        return new Security(settings, rulesReader);
    }

    private Login login(LoginKind kind, SecuritySettings settings) throws IOException {
        return switch (kind) {
            case CERTIFICATE -> new CertificateLogin(() -> this.settings.certificateListeners());
            case PASSWORD ->
                    new PasswordLogin(this::users, workers, settings.rememberedPasswords());
            case TOKEN -> new TokenLogin(Objects.requireNonNull(settings.token()), workers);
            case CALLBACK -> new CallbackLogin(Objects.requireNonNull(settings.callback()));
        };
    }

    private PasswordFile users() {
        return Objects.requireNonNull(passwords).current();
    }

    private static @Nullable WatchedFile<PasswordFile> passwords(@Nullable Path path)
            throws IOException {
        if (path == null) {
            return null;
        }
        WatchedFile<PasswordFile> file = new WatchedFile<>(path, PasswordFile::read);
        file.warnIfPublic();
        LOG.info("{} users in {}", file.current().size(), path);
        return file;
    }

    private @Nullable WatchedFile<RuleBook> rulesFile(@Nullable Path path) throws IOException {
        return path == null ? null : new WatchedFile<>(path, rulesReader::read);
    }

    private void combineRules() {
        WatchedFile<RuleBook> file = rulesFile;
        rules = file == null ? configuredRules : configuredRules.followedBy(file.current());
    }

    private void every(int seconds, Runnable work) {
        housekeeping.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.error("Looking after the security failed; please report this", e);
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    /** What the core is to be made with. */
    public AccessSettings access() {
        return access;
    }

    /**
     * Reads the files that were changed; one that cannot be used leaves in force what it said
     * before, and the log says so. Clients that are connected are judged by the rules in force from
     * their next publish or subscribe on.
     */
    public synchronized void reload() {
        WatchedFile<PasswordFile> users = passwords;
        if (users != null) {
            users.refresh();
        }
        WatchedFile<RuleBook> file = rulesFile;
        if (file != null && file.refresh()) {
            combineRules();
        }
        for (Login login : logins) {
            if (login instanceof TokenLogin tokens) {
                tokens.refresh();
            }
        }
    }

    /**
     * Gets ready for other settings, of which rules, groups and who needs no credentials are taken
     * while the node runs; the rest needs a restart.
     *
     * @return puts them in force
     * @throws IOException if a file that is read again is not in order; nothing changes then
     */
    public Runnable prepare(SecuritySettings next) throws IOException {
        WatchedFile<PasswordFile> users = passwords;
        if (users != null) {
            users.check();
        }
        WatchedFile<RuleBook> file = rulesFile;
        if (file != null) {
            file.check();
        }
        return () -> take(next);
    }

    private synchronized void take(SecuritySettings next) {
        if (next.chain().equals(settings.chain())) { // who needs none follows from who has some
            settings = next;
        }
        configuredRules = next.rules();
        combineRules();
        reload();
    }

    @Override
    public void close() {
        housekeeping.shutdownNow();
        workers.close();
        logins.forEach(Login::close);
        audit.close();
    }
}
