package io.skein.server.reload;

import io.skein.server.config.ConfigurationException.Problem;
import java.util.List;

/**
 * What came of a reload.
 *
 * @param changed what changed, a line for each; empty if nothing did
 * @param needRestart what was said differently but holds only after a restart, a line for each
 * @param problems why nothing was changed; empty if the configuration was taken
 */
public record ReloadReport(List<String> changed, List<String> needRestart, List<Problem> problems) {
    /** Copies the lists. */
    public ReloadReport {
        changed = List.copyOf(changed);
        needRestart = List.copyOf(needRestart);
        problems = List.copyOf(problems);
    }

    /** The configuration was refused as a whole. */
    public static ReloadReport refused(List<Problem> problems) {
        return new ReloadReport(List.of(), List.of(), problems);
    }

    /** Whether the configuration was taken. */
    public boolean isTaken() {
        return problems.isEmpty();
    }
}
