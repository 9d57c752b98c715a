package io.skein.server.security.password;

import io.skein.server.security.login.Decision;
import io.skein.server.security.login.Dialogue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 (RFC 5802 and 7677), the server's side, without channel binding: the client proves
 * that it knows the password, and the server that it knows the user, and neither tells it.
 */
final class ScramDialogue implements Dialogue {
    private static final int NONCE_BYTES = 18;
    private static final int MESSAGE_BYTES_MAXIMUM = 4_096;

    private enum State {
        BEGINNING,
        CHALLENGED,
        OVER
    }

    private final Scram scram;
    private final @Nullable String expectedUsername;
    private State state = State.BEGINNING;
    private String header = "";
    private String firstBare = "";
    private String challenge = "";
    private String nonce = "";
    private String username = "";
    private @Nullable ScramVerifier verifier;
    private boolean isKnown;

    /**
     * A dialogue.
     *
     * @param expectedUsername the only one that is accepted; null for any
     */
    ScramDialogue(Scram scram, @Nullable String expectedUsername) {
        this.scram = scram;
        this.expectedUsername = expectedUsername;
    }

    @Override
    public Turn next(byte @Nullable [] data) {
        try {
            String message = text(data);
            return switch (state) {
                case BEGINNING -> first(message);
                case CHALLENGED -> last(message);
                case OVER -> throw new MalformedMessage("a message after the last");
            };
        } catch (MalformedMessage e) {
            return over(Decision.Denied.wrong("SCRAM: " + e.getMessage()), null);
        }
    }

    /** {@code n,,n=user,r=nonce}. */
    private Turn first(String message) throws MalformedMessage {
        String[] parts = message.split(",", -1);
        if (parts.length < 4) {
            throw new MalformedMessage("the first message is incomplete");
        }
        if (!parts[0].equals("n") && !parts[0].equals("y")) {
            throw new MalformedMessage("channel binding is not offered");
        }
        username = name(value(parts[2], 'n'));
        String clientNonce = value(parts[3], 'r');
        if (clientNonce.isEmpty()) {
            throw new MalformedMessage("the nonce is empty");
        }
        if (!parts[1].isEmpty() && !name(value(parts[1], 'a')).equals(username)) {
            throw new MalformedMessage("nobody may act for another user");
        }
        if (expectedUsername != null && !expectedUsername.equals(username)) {
            throw new MalformedMessage("another user than in CONNECT");
        }
        header = parts[0] + "," + parts[1] + ",";
        firstBare = message.substring(header.length());
        ScramVerifier found = scram.verifierOf(username);
        isKnown = found != null;
        ScramVerifier used = found == null ? scram.unknown(username) : found;
        verifier = used;
        nonce = clientNonce + nonce(scram.random());
        challenge =
                "r=%s,s=%s,i=%d"
                        .formatted(
                                nonce,
                                Base64.getEncoder().encodeToString(used.salt()),
                                used.iterations());
        state = State.CHALLENGED;
        return new Turn.More(challenge.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code c=biws,r=nonce,p=proof}. */
    private Turn last(String message) throws MalformedMessage {
        int at = message.lastIndexOf(",p=");
        String[] parts = message.split(",", -1);
        ScramVerifier used = verifier;
        if (at < 0 || parts.length < 3 || used == null) {
            throw new MalformedMessage("the last message is incomplete");
        }
        String binding =
                Base64.getEncoder().encodeToString(header.getBytes(StandardCharsets.UTF_8));
        if (!value(parts[0], 'c').equals(binding) || !value(parts[1], 'r').equals(nonce)) {
            throw new MalformedMessage("the last message does not belong to the first");
        }
        String messages = firstBare + "," + challenge + "," + message.substring(0, at);
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(message.substring(at + ",p=".length()));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage("the proof is not in Base64", e);
        }
        if (!used.proves(proof, messages) || !isKnown) {
            return over(Decision.Denied.wrong(isKnown ? "wrong password" : "unknown user"), null);
        }
        String signature = Base64.getEncoder().encodeToString(used.signature(messages));
        return over(
                new Decision.Allowed(username),
                ("v=" + signature).getBytes(StandardCharsets.UTF_8));
    }

    private Turn over(Decision decision, byte @Nullable [] lastWord) {
        state = State.OVER;
        return new Turn.Over(decision, lastWord);
    }

    private static String nonce(SecureRandom random) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String text(byte @Nullable [] data) throws MalformedMessage {
        if (data == null || data.length > MESSAGE_BYTES_MAXIMUM) {
            throw new MalformedMessage("a message is missing or too long");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessage("a message is not UTF-8", e);
        }
    }

    private static String value(String part, char name) throws MalformedMessage {
        if (part.length() < 2 || part.charAt(0) != name || part.charAt(1) != '=') {
            throw new MalformedMessage("expected " + name + "=");
        }
        return part.substring(2);
    }

    /** A name in which {@code ,} and {@code =} stand as {@code =2C} and {@code =3D}. */
    private static String name(String escaped) throws MalformedMessage {
        String rest = escaped.replace("=2C", "").replace("=3D", "");
        if (rest.indexOf('=') >= 0 || escaped.isEmpty()) {
            throw new MalformedMessage("not a user name");
        }
        return escaped.replace("=2C", ",").replace("=3D", "=");
    }

    private static final class MalformedMessage extends Exception {
        MalformedMessage(String message) {
            super(message);
        }

        MalformedMessage(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
