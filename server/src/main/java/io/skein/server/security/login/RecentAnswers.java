package io.skein.server.security.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to the same question a short while ago, so that a fleet that reconnects does
 * not cost a slow computation for each device again. Bounded; the longest unused goes first. Any
 * thread may call.
 *
 * <p>Questions contain passwords, so they are held as HMAC-SHA256 under a key of this process
 * alone: the table is of no use outside of it.
 *
 * @param <A> the answer
 */
public final class RecentAnswers<A> {
    private static final String ALGORITHM = "HmacSHA256";

    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    private record Question(byte[] digest) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Question that && Arrays.equals(digest, that.digest);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(digest);
        }
    }

    private record Answer<A>(A value, long sinceNanos) {}

    private final SecretKeySpec key;
    private final int entriesMaximum;
    private final long lifeNanos;
    private final LinkedHashMap<Question, Answer<A>> answers = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty table.
     *
     * @param entriesMaximum 0 to remember nothing
     * @param lifeNanos how long an answer is good for
     */
    public RecentAnswers(int entriesMaximum, long lifeNanos) {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.entriesMaximum = entriesMaximum;
        this.lifeNanos = lifeNanos;
    }

    /** The answer to a question of these parts; null if it is not known. */
    public @Nullable A get(byte[]... parts) {
        if (entriesMaximum == 0) {
            return null;
        }
        Question question = question(parts);
        synchronized (answers) {
            Answer<A> answer = answers.get(question);
            if (answer == null) {
                return null;
            }
            if (System.nanoTime() - answer.sinceNanos() > lifeNanos) {
                answers.remove(question);
                return null;
            }
            return answer.value();
        }
    }

    /** Remembers the answer to a question of these parts. */
    public void put(A value, byte[]... parts) {
        if (entriesMaximum == 0) {
            return;
        }
        Question question = question(parts);
        synchronized (answers) {
            answers.put(question, new Answer<>(value, System.nanoTime()));
            if (answers.size() > entriesMaximum) {
                answers.pollFirstEntry();
            }
        }
    }

    /** The parts one behind the other, each with its length, so that none runs into the next. */
    private Question question(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
                mac.update(part);
            }
            return new Question(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
