package io.skein.server.security;

import io.skein.broker.AccessRules;
import io.skein.broker.Applicant;
import io.skein.broker.Authenticator;
import io.skein.broker.Exchange;
import io.skein.broker.Verdict;
import io.skein.mqtt.ReasonCode;
import io.skein.server.security.SecuritySettings.Anonymous;
import io.skein.server.security.login.Decision;
import io.skein.server.security.login.Dialogue;
import io.skein.server.security.login.Login;
import io.skein.server.security.password.Scram;
import io.skein.server.security.rules.ClientRules;
import io.skein.server.security.rules.Rule;
import io.skein.server.security.rules.RuleBook;
import io.skein.server.security.rules.Subject;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the core asks who a client is. Asks one way to authenticate after the other until one knows
 * the client; who is known to none comes in only if it brings no credentials and its listener takes
 * such clients.
 */
final class Gate implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final List<Login> logins;
    private final @Nullable Scram scram;
    private final Supplier<Map<String, Anonymous>> anonymous;
    private final FailedLogins failedLogins;
    private final Supplier<RuleBook> rules;
    private final Audit audit;

    Gate(
            List<Login> logins,
            @Nullable Scram scram,
            Supplier<Map<String, Anonymous>> anonymous,
            FailedLogins failedLogins,
            Supplier<RuleBook> rules,
            Audit audit) {
        this.logins = List.copyOf(logins);
        this.scram = scram;
        this.anonymous = anonymous;
        this.failedLogins = failedLogins;
        this.rules = rules;
        this.audit = audit;
    }

    @Override
    public @Nullable Exchange begin(Applicant applicant) {
        if (applicant.method() == null) {
            return _ -> plain(applicant);
        }
        if (scram == null || !applicant.method().equals(Scram.METHOD)) {
            audit.loginDenied(
                    applicant,
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "unknown authentication method");
            return null;
        }
        Dialogue dialogue = scram.begin(applicant.username());
        return data -> CompletableFuture.completedFuture(turn(applicant, dialogue, data));
    }

    private Verdict turn(Applicant applicant, Dialogue dialogue, byte @Nullable [] data) {
        InetAddress address = ClientAddress.of(applicant.peer().address());
        if (!failedLogins.mayTry(address)) {
            return tooManyFailures(applicant);
        }
        return switch (dialogue.next(data)) {
            case Dialogue.Turn.More more -> new Verdict.Continue(more.data());
            case Dialogue.Turn.Over over ->
                    verdict(applicant, address, over.decision(), over.lastWord());
        };
    }

    private CompletionStage<Verdict> plain(Applicant applicant) {
        InetAddress address = ClientAddress.of(applicant.peer().address());
        if (!failedLogins.mayTry(address)) {
            return CompletableFuture.completedFuture(tooManyFailures(applicant));
        }
        return ask(applicant, 0, "nothing to authenticate with")
                .handle((decision, error) -> {
                    if (decision == null) {
                        LOG.error("Authenticating failed; please report this", error);
                    }
                    Decision made =
                            decision == null
                                    ? new Decision.Denied(
                                            ReasonCode.SERVER_UNAVAILABLE, "internal error")
                                    : decision;
                    return verdict(applicant, address, made, null);
                });
    }

    /** Asks the logins from this place on. */
    private CompletionStage<Decision> ask(Applicant applicant, int place, String lastWhy) {
        if (place == logins.size()) {
            return CompletableFuture.completedFuture(new Decision.NotMine(lastWhy));
        }
        return logins.get(place)
                .decide(applicant)
                .thenCompose(decision ->
                        decision instanceof Decision.NotMine notMine
                                ? ask(applicant, place + 1, notMine.why())
                                : CompletableFuture.completedFuture(decision));
    }

    private Verdict verdict(
            Applicant applicant,
            @Nullable InetAddress address,
            Decision decision,
            byte @Nullable [] lastWord) {
        return switch (decision) {
            case Decision.Allowed allowed ->
                    new Verdict.Allowed(
                            allowed.username(),
                            rules(applicant, address, allowed),
                            allowed.validNanos(),
                            lastWord);
            case Decision.NotMine notMine -> unknown(applicant, address, notMine);
            case Decision.Denied denied -> refused(applicant, address, denied);
        };
    }

    private Verdict unknown(
            Applicant applicant, @Nullable InetAddress address, Decision.NotMine notMine) {
        boolean bringsNothing = applicant.username() == null && applicant.password() == null;
        if (!bringsNothing && !logins.isEmpty()) {
            return refused(applicant, address, Decision.Denied.wrong(notMine.why()));
        }
        String listener = applicant.peer().listener();
        boolean welcome =
                switch (anonymous.get().getOrDefault(listener, Anonymous.NOBODY)) {
                    case NOBODY -> false;
                    case LOCAL -> address != null && address.isLoopbackAddress();
                    case ANYBODY -> true;
                };
        if (welcome) {
            Decision.Allowed nobody =
                    new Decision.Allowed(null, Set.of(), null, Decision.Allowed.FOREVER);
            return new Verdict.Allowed(null, rules(applicant, address, nobody));
        }
        audit.loginDenied(applicant, ReasonCode.NOT_AUTHORIZED, "anonymous");
        return new Verdict.Refused(ReasonCode.NOT_AUTHORIZED, "credentials are needed");
    }

    private Verdict refused(
            Applicant applicant, @Nullable InetAddress address, Decision.Denied denied) {
        if (denied.isFailedLogin()) {
            failedLogins.failed(address);
        }
        audit.loginDenied(applicant, denied.reason(), denied.why());
        return new Verdict.Refused(denied.reason(), explanation(denied.reason()));
    }

    private Verdict tooManyFailures(Applicant applicant) {
        ReasonCode reason = ReasonCode.CONNECTION_RATE_EXCEEDED;
        audit.loginDenied(applicant, reason, "too many failed logins");
        return new Verdict.Refused(reason, "too many failed logins");
    }

    /** For the client: nothing that tells a wrong password from an unknown user. */
    private static String explanation(ReasonCode reason) {
        return switch (reason) {
            case QUOTA_EXCEEDED -> "the server is busy";
            case SERVER_UNAVAILABLE -> "nobody can be authenticated at the moment";
            default -> "";
        };
    }

    private AccessRules rules(
            Applicant applicant, @Nullable InetAddress address, Decision.Allowed allowed) {
        Subject subject =
                new Subject(applicant.clientId(), allowed.username(), allowed.groups(), address);
        List<Rule> own = allowed.rules();
        return new ClientRules(rules, subject, own, audit);
    }
}
