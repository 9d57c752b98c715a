package io.skein.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The log of a node.
 *
 * @param file where it goes; null for standard error
 * @param fileBytesMaximum size at which another file is begun
 * @param filesMaximum how many full files are kept beside the one that is written
 */
public record LogSettings(
        Level level, Format format, @Nullable Path file, long fileBytesMaximum, int filesMaximum) {
    /** What a line of it looks like. */
    public enum Format {
        /** Time, level, logger, message: for people. */
        TEXT,
        /** An object in JSON: for programs. */
        JSON
    }
}
