package io.skein.cluster.standalone;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The journal holds something that no crash explains: starting would lose acknowledged messages.
 */
final class CorruptJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Corruption at a place in a file. */
    CorruptJournalException(Path file, long offset, String what) {
        super(
                ("%s: %s at byte %d, and it is not the torn end of the last write. Check the disk and"
                                + " restore the data directory from a backup; or, to give up what"
                                + " was stored from there on, delete the later segments and run:"
                                + " truncate -s %d %s")
                        .formatted(file, what, offset, offset, file));
    }

    private CorruptJournalException(String message) {
        super(message);
    }

    /** A segment that another version has written. */
    static CorruptJournalException otherFormat(Path file, int found, int expected) {
        return new CorruptJournalException(
                ("%s: written in format %d of the journal, this version of Skein reads format %d."
                                + " Start the version that wrote it, or give this node another data"
                                + " directory")
                        .formatted(file, found, expected));
    }

    /** Something that concerns a file as a whole. */
    CorruptJournalException(Path file, String what) {
        super(file + ": " + what + ". Restore the data directory from a backup");
    }
}
