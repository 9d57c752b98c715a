package io.skein.broker;

import io.skein.cluster.Refusal;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.Connect;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How one connection is authenticated: from CONNECT to the verdict, and again when the client asks
 * for it (section 4.12).
 */
final class Authentication {
    private enum State {
        /** Nothing is under way. */
        IDLE,
        /** The authenticator has the word. */
        DECIDING,
        /** The client has the word. */
        ASKING
    }

    private final Connection connection;
    private final Shard shard;
    private final @Nullable String method;
    private State state = State.IDLE;
    private @Nullable Exchange exchange;

    /** What is admitted when the client is let in; null afterwards. */
    private @Nullable Connect packet;

    Authentication(Connection connection, Connect packet) {
        this.connection = connection;
        this.shard = connection.shard();
        this.method = packet.properties().string(Property.AUTHENTICATION_METHOD);
        this.packet = packet;
    }

    /** The method the client has named in CONNECT; null for none. */
    @Nullable String method() {
        return method;
    }

    void begin(Connect packet, long nowNanos) {
        Exchange begun = exchange(packet.username(), packet.password());
        if (begun == null) {
            refuse(unknownMethod(), nowNanos); // [MQTT-4.12.0-1]
            return;
        }
        exchange = begun;
        ask(packet.properties().binary(Property.AUTHENTICATION_DATA), nowNanos);
    }

    void onAuth(Auth packet, long nowNanos) {
        String named = packet.properties().string(Property.AUTHENTICATION_METHOD);
        if (method == null) { // [MQTT-4.12.0-7]
            broken("AUTH without an authentication method in CONNECT", nowNanos);
        } else if (!Objects.equals(method, named)) { // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
            broken("AUTH with another authentication method than CONNECT", nowNanos);
        } else if (packet.reason() == ReasonCode.RE_AUTHENTICATE) {
            again(packet, nowNanos);
        } else if (state == State.ASKING) { // [MQTT-4.12.0-3]
            ask(packet.properties().binary(Property.AUTHENTICATION_DATA), nowNanos);
        } else {
            broken("AUTH that nobody has asked for", nowNanos);
        }
    }

    private void again(Auth packet, long nowNanos) {
        if (isFirst() || state != State.IDLE) {
            broken("re-authentication while an authentication is under way", nowNanos);
            return;
        }
        Exchange begun = exchange(connection.username(), null);
        if (begun == null) {
            refuse(unknownMethod(), nowNanos);
            return;
        }
        exchange = begun;
        ask(packet.properties().binary(Property.AUTHENTICATION_DATA), nowNanos);
    }

    private @Nullable Exchange exchange(@Nullable String username, byte @Nullable [] password) {
        return shard.broker
                .settings
                .access()
                .authenticator()
                .begin(
                        new Applicant(
                                connection.clientId(),
                                username,
                                password,
                                method,
                                connection.peer()));
    }

    private Verdict.Refused unknownMethod() {
        return new Verdict.Refused(
                ReasonCode.BAD_AUTHENTICATION_METHOD,
                "the authentication method is not known here");
    }

    private boolean isFirst() {
        return packet != null;
    }

    private void ask(byte @Nullable [] data, long nowNanos) {
        Exchange asked = Objects.requireNonNull(exchange);
        state = State.DECIDING;
        CompletionStage<Verdict> stage = asked.next(data);
        CompletableFuture<Verdict> answer = stage.toCompletableFuture();
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            decided(answer.join(), nowNanos);
            return;
        }
        if (isFirst()) { // what comes behind CONNECT waits in the network
            connection.output().setReading(false);
            shard.newcomers.add(connection, nowNanos);
        }
        answer.whenComplete((verdict, error) ->
                shard.loop.execute(now -> decided(verdict == null ? fault() : verdict, now)));
    }

    private static Verdict fault() {
        return new Verdict.Refused(
                ReasonCode.SERVER_UNAVAILABLE, "nobody can be authenticated at the moment");
    }

    private void decided(Verdict verdict, long nowNanos) {
        if (connection.isClosed()) {
            return;
        }
        switch (verdict) {
            case Verdict.Continue more -> more(more, nowNanos);
            case Verdict.Allowed allowed -> allowed(allowed, nowNanos);
            case Verdict.Refused refused -> refuse(refused, nowNanos);
        }
    }

    private void more(Verdict.Continue more, long nowNanos) {
        if (method == null) { // [MQTT-4.12.0-6]
            throw new IllegalStateException("a client without a method was asked for more");
        }
        state = State.ASKING;
        send(ReasonCode.CONTINUE_AUTHENTICATION, more.data()); // [MQTT-4.12.0-2]
        if (isFirst()) {
            shard.newcomers.add(connection, nowNanos);
            connection.output().setReading(true);
        }
    }

    private void allowed(Verdict.Allowed allowed, long nowNanos) {
        state = State.IDLE;
        exchange = null;
        Connect admitted = packet;
        packet = null;
        if (admitted != null) {
            shard.newcomers.remove(connection);
            connection.authenticated(allowed, nowNanos);
            shard.admission.admit(connection, admitted, nowNanos);
        } else if (!Objects.equals(allowed.username(), connection.username())) {
            refuse(
                    new Verdict.Refused(
                            ReasonCode.NOT_AUTHORIZED, "re-authentication as another user"),
                    nowNanos);
        } else {
            connection.authenticated(allowed, nowNanos);
            send(ReasonCode.SUCCESS, allowed.data());
        }
    }

    private void send(ReasonCode reason, byte @Nullable [] data) {
        connection.output().send(new Auth(reason, properties(data)));
    }

    /** What AUTH and CONNACK carry of the authentication; nothing where the client named none. */
    private Properties properties(byte @Nullable [] data) {
        Properties.Builder properties = Properties.builder();
        addTo(properties, data);
        return properties.build();
    }

    /** [MQTT-4.12.0-5] the method is repeated, in CONNACK too. */
    void addTo(Properties.Builder properties, byte @Nullable [] data) {
        if (method != null) {
            properties.string(Property.AUTHENTICATION_METHOD, method);
            if (data != null) {
                properties.binary(Property.AUTHENTICATION_DATA, data);
            }
        }
    }

    private void broken(String explanation, long nowNanos) {
        connection.failed(ReasonCode.PROTOCOL_ERROR, explanation, nowNanos);
    }

    private void refuse(Verdict.Refused refused, long nowNanos) {
        if (isFirst()) {
            shard.counters.authenticationsRefused.increment();
            connection.refuse( // [MQTT-4.12.0-4]
                    new Refusal(refused.reason(), refused.explanation()));
        } else { // [MQTT-4.12.1-2]
            shard.counters.authenticationsRefused.increment();
            connection.disconnect(
                    Reasons.ofRefusedAgain(refused.reason()), refused.explanation(), nowNanos);
        }
    }
}
