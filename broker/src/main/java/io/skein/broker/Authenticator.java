package io.skein.broker;

import io.skein.mqtt.ReasonCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides who a client is: the port between the core and whatever knows users. Called by the
 * threads of all shards; nothing here may block.
 */
@FunctionalInterface
public interface Authenticator {
    /** Lets everybody in without asking, and lets everybody do everything. */
    Authenticator ANYONE =
            applicant ->
                    applicant.method() != null
                            ? null
                            : _ ->
                                    CompletableFuture.completedFuture(
                                            new Verdict.Allowed(null, AccessRules.ALLOW_ALL));

    /**
     * A client wants in, or wants to be authenticated again; the exchange that follows is for it
     * alone and is forgotten when the client goes away.
     *
     * @return null if the authentication method it names is not known ({@link
     *     ReasonCode#BAD_AUTHENTICATION_METHOD}); never null where it names none
     */
    @Nullable Exchange begin(Applicant applicant);
}
