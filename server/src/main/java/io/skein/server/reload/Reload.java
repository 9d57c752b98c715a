package io.skein.server.reload;

import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.ConfigurationSource;
import io.skein.server.config.EffectiveSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and lets every {@link Reloadable} have it, all or none. Any thread
 * may ask but no event loop: one reload at a time, the others wait.
 */
public final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final ConfigurationSource source;
    private final List<Reloadable> parts = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private List<EffectiveSetting> running;

    /**
     * Nothing is read yet.
     *
     * @param running what the node was started with
     */
    public Reload(ConfigurationSource source, Configuration running) {
        this.source = source;
        this.running = running.settings();
    }

    /** Lets a part take part, after those that were added before it. */
    public void add(Reloadable part) {
        parts.add(part);
    }

    /** Reads and, if nothing is wrong, applies; what came of it is in the log, too. */
    public ReloadReport run() {
        lock.lock();
        try {
            ReloadReport report = attempt();
            tell(report);
            return report;
        } finally {
            lock.unlock();
        }
    }

    private ReloadReport attempt() {
        Configuration next;
        try {
            next = source.load();
        } catch (ConfigurationException e) {
            return ReloadReport.refused(e.problems());
        }
        List<Reloadable.Change> changes = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Reloadable part : parts) {
            try {
                changes.add(part.prepare(next));
            } catch (ConfigurationException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            changes.forEach(Reloadable.Change::discard);
            return ReloadReport.refused(problems);
        }
        SettingChanges settings = SettingChanges.between(running, next.settings());
        List<String> changed = new ArrayList<>(settings.reloaded());
        changes.forEach(change -> changed.addAll(change.apply()));
        running = settings.running();
        return new ReloadReport(changed, settings.needRestart(), List.of());
    }

    private static void tell(ReloadReport report) {
        if (!report.isTaken()) {
            LOG.error(
                    "The configuration was not reloaded, the one before stays: {}",
                    String.join("\n", report.problems().stream().map(Problem::toString).toList()));
            return;
        }
        if (report.changed().isEmpty()) {
            LOG.info("The configuration was reloaded; nothing has changed");
        } else {
            LOG.info("The configuration was reloaded: {}", String.join("; ", report.changed()));
        }
        if (!report.needRestart().isEmpty()) {
            LOG.warn("Holds only after a restart: {}", String.join("; ", report.needRestart()));
        }
    }
}
