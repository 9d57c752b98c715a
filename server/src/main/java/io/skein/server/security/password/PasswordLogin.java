package io.skein.server.security.password;

import io.skein.broker.Applicant;
import io.skein.server.security.login.Decision;
import io.skein.server.security.login.Login;
import io.skein.server.security.login.RecentAnswers;
import io.skein.server.security.login.Workers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * User name and password against the password file. Hashes are computed by workers; a password that
 * was right is remembered, together with the hash it belongs to, so a changed line counts at once.
 */
public final class PasswordLogin implements Login {
    private final Supplier<PasswordFile> users;
    private final Workers workers;
    private final RecentAnswers<Boolean> verified;

    /**
     * A login by password.
     *
     * @param users the file as it is at the time
     * @param remembered how many right passwords are remembered, 0 for none
     */
    public PasswordLogin(Supplier<PasswordFile> users, Workers workers, int remembered) {
        this.users = users;
        this.workers = workers;
        this.verified = new RecentAnswers<>(remembered, Long.MAX_VALUE);
    }

    @Override
    public String name() {
        return "password";
    }

    @Override
    public CompletionStage<Decision> decide(Applicant applicant) {
        String username = applicant.username();
        byte[] password = applicant.password();
        if (username == null || password == null) {
            return CompletableFuture.completedFuture(
                    new Decision.NotMine("no user name with a password"));
        }
        PasswordFile file = users.get();
        PasswordHash hash = file.hashOf(username);
        if (hash != null && isRemembered(username, password, hash)) {
            return CompletableFuture.completedFuture(new Decision.Allowed(username));
        }
        return workers.decide(() -> check(username, password, hash, file));
    }

    private boolean isRemembered(String username, byte[] password, PasswordHash hash) {
        return verified.get(bytes(username), password, bytes(hash.text())) != null;
    }

    private Decision check(
            String username, byte[] password, @Nullable PasswordHash hash, PasswordFile file) {
        if (hash == null) {
            boolean ignored = file.decoy().matches(password); // takes as long as for a user
            return new Decision.NotMine("unknown user");
        }
        if (!hash.matches(password)) {
            return Decision.Denied.wrong("wrong password");
        }
        verified.put(true, bytes(username), password, bytes(hash.text()));
        return new Decision.Allowed(username);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
