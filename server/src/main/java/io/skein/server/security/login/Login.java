package io.skein.server.security.login;

import io.skein.broker.Applicant;
import java.util.concurrent.CompletionStage;

/** One way to authenticate a client by what stands in its CONNECT. */
public interface Login extends AutoCloseable {
    /** What the configuration calls it. */
    String name();

    /**
     * Looks at a client. Called by event loops, so it must not block or compute for long; a failure
     * counts as a denial.
     */
    CompletionStage<Decision> decide(Applicant applicant);

    @Override
    default void close() {}
}
