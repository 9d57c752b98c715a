package io.skein.lab.stress;

import io.skein.lab.client.TlsFiles;
import io.skein.lab.result.Passwords;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a matrix is to do.
 *
 * @param target what {@code --target} names; an address where the publishers run elsewhere
 * @param duration of each run, 10 ms to 24 h
 * @param drainQuiet how long nothing may arrive before what is missing counts as lost
 * @param drainLimit how long the drain may take in all
 * @param out folder of the experiment; runs that are in it already are not done again
 * @param ownPublishers whether the publishers run in this process
 * @param foreignPublishers whether the publishers are somebody else's, who know the three requests
 *     only
 * @param commandLine as the user wrote it, for the record; passwords are hidden
 */
public record StressOptions(
        String target,
        Matrix matrix,
        Duration duration,
        Duration drainQuiet,
        Duration drainLimit,
        Path out,
        @Nullable String username,
        @Nullable String password,
        TlsFiles tls,
        boolean ownPublishers,
        boolean foreignPublishers,
        String commandLine) {
    /** Checks the bounds. */
    public StressOptions {
        commandLine = Passwords.hidden(commandLine);
        if (duration.toMillis() < 10 || duration.toHours() > 24) {
            throw new IllegalArgumentException("a run lasts 10 ms to 24 h, not " + duration);
        }
        if (ownPublishers && foreignPublishers) {
            throw new IllegalArgumentException("publishers are ours or somebody else's, not both");
        }
    }

    /** The same against another target, in another folder. */
    public StressOptions at(String other, Path folder) {
        return new StressOptions(
                other,
                matrix,
                duration,
                drainQuiet,
                drainLimit,
                folder,
                username,
                password,
                tls,
                ownPublishers,
                foreignPublishers,
                commandLine);
    }
}
