package io.skein.server.security.callback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.broker.Applicant;
import io.skein.mqtt.ReasonCode;
import io.skein.server.security.login.Deadline;
import io.skein.server.security.login.Decision;
import io.skein.server.security.login.Login;
import io.skein.server.security.login.RecentAnswers;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service with a POST of JSON whether a client may come in. Whatever goes wrong keeps the
 * client out. Answers are remembered for a while, for all that was asked together.
 */
public final class CallbackLogin implements Login {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackLogin.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long ANSWER_BYTES_MAXIMUM = 256 << 10;
    private static final Decision UNAVAILABLE =
            new Decision.Denied(ReasonCode.SERVER_UNAVAILABLE, "the callback gave no answer");

    private final CallbackSettings settings;
    private final @Nullable String authorization;
    private final HttpClient http;
    private final Semaphore places;
    private final RecentAnswers<Decision> answers;

    /**
     * A login by callback.
     *
     * @throws IOException if the file with the authorization cannot be read
     */
    public CallbackLogin(CallbackSettings settings) throws IOException {
        this.settings = settings;
        this.authorization =
                settings.authorizationFile() == null
                        ? null
                        : Files.readString(settings.authorizationFile()).strip();
        Duration timeout = Duration.ofMillis(settings.timeoutMillis());
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(timeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        this.places = new Semaphore(settings.concurrentMaximum());
        this.answers =
                new RecentAnswers<>(
                        settings.cacheSeconds() == 0 ? 0 : settings.cacheEntriesMaximum(),
                        TimeUnit.SECONDS.toNanos(settings.cacheSeconds()));
    }

    @Override
    public String name() {
        return "callback";
    }

    @Override
    public CompletionStage<Decision> decide(Applicant applicant) {
        byte[] question;
        byte[] topic;
        try {
            question = JSON.writeValueAsBytes(question(applicant, applicant.peer().address()));
            topic = JSON.writeValueAsBytes(question(applicant, host(applicant)));
        } catch (CharacterCodingException e) {
            return CompletableFuture.completedFuture(
                    Decision.Denied.wrong("the password is no text"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // texts always are JSON
        }
        Decision known = answers.get(topic);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    Decision.Denied.busy("too many callbacks at a time"));
        }
        try {
            return Deadline.of(
                            Duration.ofMillis(settings.timeoutMillis()),
                            http.sendAsync(
                                    request(question),
                                    BodyHandlers.limiting(
                                            BodyHandlers.ofByteArray(), ANSWER_BYTES_MAXIMUM)))
                    .handle((answer, error) -> {
                        places.release();
                        return answered(answer, error, topic, applicant.username());
                    });
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
    }

    private HttpRequest request(byte[] question) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.url())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(BodyPublishers.ofByteArray(question));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }

    private Decision answered(
            @Nullable HttpResponse<byte[]> answer,
            @Nullable Throwable error,
            byte[] topic,
            @Nullable String username) {
        if (answer == null || answer.statusCode() != 200) {
            LOG.warn(
                    "The callback {} gave no answer: {}",
                    settings.url(),
                    answer == null ? error : "status " + answer.statusCode());
            return UNAVAILABLE;
        }
        try {
            Decision decision = CallbackAnswer.read(JSON.readTree(answer.body()), username);
            if (!isForAWhile(decision)) {
                answers.put(decision, topic);
            }
            return decision;
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "The callback {} gave an answer that is none: {}",
                    settings.url(),
                    e instanceof JsonProcessingException ? "not JSON" : e.getMessage());
            return UNAVAILABLE;
        }
    }

    /** What counts from the time of the answer cannot be answered again later. */
    private static boolean isForAWhile(Decision decision) {
        return decision instanceof Decision.Allowed allowed
                && allowed.validNanos() != Decision.Allowed.FOREVER;
    }

    private static JsonNode question(Applicant applicant, String address)
            throws CharacterCodingException {
        ObjectNode question = JSON.createObjectNode();
        question.put("clientId", applicant.clientId());
        question.put("username", applicant.username());
        question.put("password", text(applicant.password()));
        question.put("address", address);
        question.put("listener", applicant.peer().listener());
        question.put("certificate", applicant.peer().certificateIdentity());
        return question;
    }

    /** The address without the port, which is another for each connection. */
    private static String host(Applicant applicant) {
        String address = applicant.peer().address();
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    private static @Nullable String text(byte @Nullable [] bytes) throws CharacterCodingException {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
