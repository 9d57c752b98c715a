package io.skein.lab.check;

import io.skein.lab.history.Entry;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.HistoryReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges a record from disk in one pass, and reads it a second time for the lines that show what
 * was found. Time grows with the events; memory with messages, sessions and gaps: {@link RunState}.
 */
public final class Checker {
    /** What a message takes while the arrays it is in grow. */
    private static final long BYTES_PER_MESSAGE = 128;

    private static final long PROGRESS_EVERY = 500_000;

    private Checker() {}

    /**
     * Judges a run.
     *
     * @param place the file, or the folder of the run
     * @param promises what counts as a violation
     * @param progress hears now and then how many events were read
     * @throws IOException if there is no record or it cannot be read; one that is cut short,
     *     damaged or too large for the memory of this process is judged as unknown
     */
    public static Judgement judge(Path place, Promises promises, LongConsumer progress)
            throws IOException {
        return judge(
                place, promises, progress, Runtime.getRuntime().maxMemory() / BYTES_PER_MESSAGE);
    }

    /** The same with a limit on messages. */
    static Judgement judge(Path place, Promises promises, LongConsumer progress, long messagesLimit)
            throws IOException {
        Replay replay = new Replay(messagesLimit);
        String problem = null;
        boolean broken = false;
        long last = -1;
        try (HistoryReader reader = HistoryReader.open(place)) {
            @Nullable Entry entry = reader.next();
            while (entry != null) {
                replay.apply(entry);
                last = entry.index();
                if (last % PROGRESS_EVERY == PROGRESS_EVERY - 1) {
                    progress.accept(last + 1);
                }
                entry = reader.next();
            }
            replay.end();
        } catch (HistoryException e) {
            problem = e.getMessage();
            broken = true;
        } catch (RecordTooLargeException e) {
            problem = e.getMessage();
        }
        Map<Finding, List<String>> evidence =
                EvidenceReader.read(place, replay.run().findings(), last);
        return new Judgement(promises, replay, problem, broken, evidence);
    }
}
