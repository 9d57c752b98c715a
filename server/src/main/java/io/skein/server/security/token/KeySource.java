package io.skein.server.security.token;

import io.skein.server.security.login.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link TokenKeys} up to date: files when they change, a URL every while, and sooner when a
 * token names a key that is not known, though not more often than every ten seconds. Where that
 * fails the keys that are here stay. Any thread may call.
 */
final class KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long BYTES_MAXIMUM = 1 << 20;
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final TokenSettings settings;
    private final @Nullable URI url;
    private final @Nullable HttpClient http;
    private volatile TokenKeys keys;
    private List<Object> stamp;
    private long fetchedNanos = System.nanoTime() - LEAST_NANOS;
    private CompletableFuture<Boolean> fetch = CompletableFuture.completedFuture(false);

    /** Reads the files; a URL is asked at the first {@link #refresh}. */
    KeySource(TokenSettings settings) throws IOException {
        this.settings = settings;
        String place = settings.keys();
        boolean isUrl = place != null && place.contains("://");
        this.url = isUrl ? URI.create(Objects.requireNonNull(place)) : null;
        this.http =
                isUrl
                        ? HttpClient.newBuilder()
                                .connectTimeout(TIMEOUT)
                                .followRedirects(HttpClient.Redirect.NEVER)
                                .build()
                        : null;
        this.stamp = stamp();
        this.keys = readFiles(new TokenKeys(null, List.of()));
    }

    TokenKeys keys() {
        return keys;
    }

    /** Looks at the files, and at the URL if it is time; called every few seconds. */
    synchronized void refresh() {
        List<Object> seen = stamp();
        if (!seen.equals(stamp)) {
            stamp = seen;
            try {
                keys = readFiles(keys);
                LOG.info("The keys of tokens were read again");
            } catch (IOException e) {
                LOG.error("The keys of tokens stay as they were: {}", e.getMessage());
            }
        }
        long age = System.nanoTime() - fetchedNanos;
        if (url != null && age >= TimeUnit.SECONDS.toNanos(settings.keysRefreshSeconds())) {
            CompletionStage<Boolean> ignored = fetch();
        }
    }

    /** A token names a key that is not known; completes with whether there are other keys now. */
    synchronized CompletionStage<Boolean> unknownKey() {
        boolean maySoon = System.nanoTime() - fetchedNanos >= LEAST_NANOS;
        return url == null || (fetch.isDone() && !maySoon)
                ? CompletableFuture.completedFuture(false)
                : fetch();
    }

    /** Asks the URL; who comes while it is being asked waits for the same answer. */
    synchronized CompletionStage<Boolean> fetch() {
        if (http == null || url == null) {
            return CompletableFuture.completedFuture(false);
        }
        if (!fetch.isDone()) {
            return fetch;
        }
        fetchedNanos = System.nanoTime();
        HttpRequest request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").build();
        fetch =
                Deadline.of(
                                TIMEOUT,
                                http.sendAsync(
                                        request,
                                        BodyHandlers.limiting(
                                                BodyHandlers.ofString(StandardCharsets.UTF_8),
                                                BYTES_MAXIMUM)))
                        .handle((answer, error) -> take(answer, error));
        return fetch;
    }

    private synchronized boolean take(
            @Nullable HttpResponse<String> answer, @Nullable Throwable error) {
        try {
            if (answer == null) {
                throw new IOException(url + ": " + error);
            }
            if (answer.statusCode() != 200) {
                throw new IOException(url + " answers " + answer.statusCode());
            }
            keys = keys.with(TokenKeys.published(answer.body(), String.valueOf(url)));
            return true;
        } catch (IOException e) {
            LOG.error("The keys of tokens stay as they were: {}", e.getMessage());
            return false;
        }
    }

    private TokenKeys readFiles(TokenKeys before) throws IOException {
        Path secretFile = settings.secretFile();
        HmacKey secret = null;
        if (secretFile != null) {
            byte[] bytes = Files.readAllBytes(secretFile);
            int end = bytes.length;
            while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
                end--;
            }
            secret = TokenKeys.secret(Arrays.copyOf(bytes, end), secretFile.toString());
        }
        String place = settings.keys();
        if (place == null || url != null) {
            return before.withSecret(secret);
        }
        String json = Files.readString(Path.of(place));
        return new TokenKeys(secret, TokenKeys.published(json, place));
    }

    private List<Object> stamp() {
        List<Object> parts = new ArrayList<>();
        if (settings.secretFile() != null) {
            parts.add(modified(settings.secretFile()));
        }
        if (settings.keys() != null && url == null) {
            parts.add(modified(Path.of(settings.keys())));
        }
        return parts;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // reading it says what is wrong
        }
    }
}
