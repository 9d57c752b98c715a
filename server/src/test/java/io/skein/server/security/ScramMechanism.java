package io.skein.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256 with the JDK's cryptography, for HiveMQ's client. */
final class ScramMechanism implements Mqtt5EnhancedAuthMechanism {
    private final String user;
    private final String password;
    private String nonce = "";
    private String messages = "";
    private byte[] salted = {};
    private int attempts;
    private int steps;
    private int serversProved;

    ScramMechanism(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /** How often a server has shown that it knows the user. */
    int serversProved() {
        return serversProved;
    }

    /** How often it was asked for more. */
    int steps() {
        return steps;
    }

    private byte[] first() {
        nonce = "nonce" + ++attempts;
        return ("n,," + bare()).getBytes(UTF_8);
    }

    private String bare() {
        return "n=" + user + ",r=" + nonce;
    }

    private byte[] last(String challenge) {
        steps++;
        String[] parts = challenge.split(",");
        String whole = parts[0].substring(2);
        if (!whole.startsWith(nonce)) {
            throw new IllegalStateException("the server answers somebody else");
        }
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int iterations = Integer.parseInt(parts[2].substring(2));
        String bareLast = "c=biws,r=" + whole;
        messages = bare() + "," + challenge + "," + bareLast;
        try {
            salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                            .getEncoded();
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] signature =
                    hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), messages);
            for (int i = 0; i < clientKey.length; i++) {
                clientKey[i] ^= signature[i];
            }
            return (bareLast + ",p=" + Base64.getEncoder().encodeToString(clientKey))
                    .getBytes(UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean verify(Optional<ByteBuffer> data) {
        String expected =
                "v="
                        + Base64.getEncoder()
                                .encodeToString(hmac(hmac(salted, "Server Key"), messages));
        boolean proved = data.map(ScramMechanism::text).equals(Optional.of(expected));
        serversProved += proved ? 1 : 0;
        return proved;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(ByteBuffer data) {
        return UTF_8.decode(data.duplicate()).toString();
    }

    @Override
    public MqttUtf8String getMethod() {
        return MqttUtf8String.of("SCRAM-SHA-256");
    }

    @Override
    public int getTimeout() {
        return 30;
    }

    @Override
    public CompletableFuture<Void> onAuth(
            Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
        builder.data(first());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
        builder.data(first());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
            Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
        builder.data(last(text(auth.getData().orElseThrow())));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck ack) {
        Optional<ByteBuffer> data = ack.getEnhancedAuth().flatMap(auth -> auth.getData());
        return CompletableFuture.completedFuture(verify(data));
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
        return CompletableFuture.completedFuture(verify(auth.getData()));
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck ack) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
