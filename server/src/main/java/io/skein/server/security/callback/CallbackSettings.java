package io.skein.server.security.callback;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask.
 *
 * @param url an http or https URL
 * @param authorizationFile what is sent as Authorization header; null for nothing
 * @param timeoutMillis how long an answer may take
 * @param concurrentMaximum questions at a time; a further client is turned away as from a busy
 *     server
 * @param cacheSeconds how long an answer is good for, 0 to ask each time
 * @param cacheEntriesMaximum answers that are remembered
 */
public record CallbackSettings(
        URI url,
        @Nullable Path authorizationFile,
        int timeoutMillis,
        int concurrentMaximum,
        int cacheSeconds,
        int cacheEntriesMaximum) {}
