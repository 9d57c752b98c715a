package io.skein.lab.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.skein.lab.load.IdleCounts;
import io.skein.lab.result.Environment;
import java.util.Map;

/**
 * What an agent (A) and its controller (C) say to each other. Clients, publishers and subscribers
 * go by their numbers, times are nanoseconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = Message.Login.class, name = "login"),
    @JsonSubTypes.Type(value = Message.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = Message.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Message.Alive.class, name = "alive"),
    @JsonSubTypes.Type(value = Message.AskTime.class, name = "ask_time"),
    @JsonSubTypes.Type(value = Message.Time.class, name = "time"),
    @JsonSubTypes.Type(value = Message.Connect.class, name = "connect"),
    @JsonSubTypes.Type(value = Message.Connecting.class, name = "connecting"),
    @JsonSubTypes.Type(value = Message.Connected.class, name = "connected"),
    @JsonSubTypes.Type(value = Message.Round.class, name = "round"),
    @JsonSubTypes.Type(value = Message.Subscribed.class, name = "subscribed"),
    @JsonSubTypes.Type(value = Message.Begin.class, name = "begin"),
    @JsonSubTypes.Type(value = Message.Second.class, name = "second"),
    @JsonSubTypes.Type(value = Message.Sent.class, name = "sent"),
    @JsonSubTypes.Type(value = Message.Drained.class, name = "drained"),
    @JsonSubTypes.Type(value = Message.Result.class, name = "result"),
    @JsonSubTypes.Type(value = Message.Idle.class, name = "idle"),
    @JsonSubTypes.Type(value = Message.Standing.class, name = "standing"),
    @JsonSubTypes.Type(value = Message.CountAlive.class, name = "count_alive"),
    @JsonSubTypes.Type(value = Message.Idled.class, name = "idled"),
    @JsonSubTypes.Type(value = Message.Stop.class, name = "stop"),
    @JsonSubTypes.Type(value = Message.End.class, name = "end"),
    @JsonSubTypes.Type(value = Message.Failed.class, name = "failed"),
})
sealed interface Message {
    /** The version of all this; who speaks another is refused. */
    int PROTOCOL = 2;

    /** A: who connected is asked to prove that it knows the secret, if there is one. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Hello(int protocol, String version, boolean secret, String nonce) implements Message {}

    /**
     * C: the proof, the same question, and who it is: loads of one controller are served at once.
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Login(int protocol, String version, String controller, String nonce, String proof)
            implements Message {}

    /** A: the proof; the controller is served. */
    record Welcome(String proof, Environment environment) implements Message {}

    /** A: the controller is not served. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Refused(String reason) implements Message {}

    /** Both, every second: for the other to know. */
    record Alive() implements Message {}

    /** C: what time is it? */
    record AskTime() implements Message {}

    /** A: when that arrived, and when this left. */
    record Time(long arrivedNanos, long leftNanos) implements Message {}

    /** C: connect the clients of a share. */
    record Connect(LoadOrder load) implements Message {}

    /** A: this many of its clients have begun to connect. */
    record Connecting(int clients) implements Message {}

    /** A: all have. */
    record Connected() implements Message {}

    /** C: prepare a round. */
    record Round(RoundOrder round) implements Message {}

    /** A: the subscribers have subscribed. */
    record Subscribed() implements Message {}

    /** C: the first message is due at this time of the agent's clock. */
    record Begin(long atNanos) implements Message {}

    /** A: another second has passed. */
    record Second(
            long elapsedNanos,
            boolean draining,
            long sent,
            long received,
            double sentPerSecond,
            double receivedPerSecond,
            String latencyNanos)
            implements Message {}

    /** A: what each of its publishers has sent. C: what those of the others have. */
    record Sent(Map<Integer, Long> messages) implements Message {}

    /** A: the drain is over, ranges that were acknowledged. C: those of the others. */
    record Drained(Map<Integer, String> acknowledged) implements Message {}

    /** A: what the round came to. */
    record Result(RoundReport round) implements Message {}

    /** C: connect clients that do nothing. */
    record Idle(IdleOrder order) implements Message {}

    /** A: how many there are, every second; and whether each has an answer. */
    record Standing(IdleCounts counts, boolean all) implements Message {}

    /** C: which of them are alive? */
    record CountAlive() implements Message {}

    /** A: what became of them. */
    record Idled(IdleReport report) implements Message {}

    /** C: end the round early and tell what there is. */
    record Stop() implements Message {}

    /** C: disconnect, and wait for the next controller. */
    record End() implements Message {}

    /** A: it cannot be done. */
    record Failed(String reason) implements Message {}
}
