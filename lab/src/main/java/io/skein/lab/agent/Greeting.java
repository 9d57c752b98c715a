package io.skein.lab.agent;

import io.skein.lab.result.Environment;
import java.io.IOException;
import java.net.ProtocolException;

/**
 * How agent and controller get to know each other: the agent says hello with a nonce, the
 * controller proves that it knows the secret, and so does the agent. Each side tells its version
 * first, and in words what it does not like.
 */
final class Greeting {
    /** How long it may take, for each message. */
    static final int MILLIS_LIMIT = 5_000;

    private static final int SERVICE_MILLIS_LIMIT = 4_000;
    private static final String AGENT = "agent";
    private static final String CONTROLLER = "controller";

    private Greeting() {}

    /**
     * The agent's side.
     *
     * @param service entered for the controller; the caller's to leave
     * @throws IOException if the controller is not to be served, and {@code service} not entered;
     *     it was told why
     */
    static void ofAgent(Frames frames, Secret secret, Environment environment, Service service)
            throws IOException {
        String nonce = Secret.nonce();
        frames.write(
                new Message.Hello(
                        Message.PROTOCOL, environment.labVersion(), secret.isThere(), nonce));
        if (!(frames.read().message() instanceof Message.Login login)) {
            throw refused(frames, "it said something else before its login");
        }
        if (login.protocol() != Message.PROTOCOL) {
            throw refused(frames, otherVersion("controller", login.protocol(), login.version()));
        }
        if (!secret.isProof(login.proof(), CONTROLLER, nonce, login.nonce())) {
            throw refused(
                    frames,
                    secret.isThere()
                            ? "the controller does not know the secret"
                            : "the controller has a secret, this agent has none");
        }
        if (!enters(login.controller(), service)) {
            throw refused(frames, "it serves another controller");
        }
        try {
            frames.write(
                    new Message.Welcome(secret.proof(AGENT, nonce, login.nonce()), environment));
        } catch (IOException e) {
            service.leave();
            throw e;
        }
    }

    /** The clients of the last controller may be leaving. */
    private static boolean enters(String controller, Service service) throws IOException {
        try {
            return service.enter(controller, SERVICE_MILLIS_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static IOException refused(Frames frames, String reason) throws IOException {
        frames.write(new Message.Refused(reason));
        return new ProtocolException(reason);
    }

    /**
     * The controller's side.
     *
     * @return the agent's environment
     * @throws IOException if the agent does not serve; the message says why
     */
    static Environment ofController(Frames frames, Secret secret, String version, String controller)
            throws IOException {
        Message first = frames.read().message();
        if (first instanceof Message.Refused(String reason)) {
            throw new ProtocolException(reason);
        }
        if (!(first instanceof Message.Hello hello)) {
            throw new ProtocolException("what listens there is no agent");
        }
        if (hello.protocol() != Message.PROTOCOL) {
            throw new ProtocolException(otherVersion("agent", hello.protocol(), hello.version()));
        }
        if (hello.secret() && !secret.isThere()) {
            throw new ProtocolException("it wants a secret; name its file with --agent-secret");
        }
        String nonce = Secret.nonce();
        frames.write(
                new Message.Login(
                        Message.PROTOCOL,
                        version,
                        controller,
                        nonce,
                        secret.proof(CONTROLLER, hello.nonce(), nonce)));
        frames.trust();
        return switch (frames.read().message()) {
            case Message.Welcome welcome
                    when secret.isProof(welcome.proof(), AGENT, hello.nonce(), nonce) ->
                    welcome.environment();
            case Message.Welcome _ ->
                    throw new ProtocolException("it does not know the secret itself");
            case Message.Refused(String reason) -> throw new ProtocolException(reason);
            default -> throw new ProtocolException("it said something else than welcome");
        };
    }

    private static String otherVersion(String who, int protocol, String version) {
        return "the %s speaks version %d of the protocol (laboratory %s), not %d: use the same on both sides"
                .formatted(who, protocol, version, Message.PROTOCOL);
    }
}
