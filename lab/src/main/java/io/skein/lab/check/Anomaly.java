package io.skein.lab.check;

import java.util.Locale;

/** What can be wrong in a record, and the promise that it breaks. */
public enum Anomaly {
    /**
     * An acknowledged message never came to one who was subscribed, live, from before to the end.
     */
    LOST_LIVE(Promise.P1, "acknowledged, but never came to a live subscription"),
    /** An acknowledged message never came to a persistent session. */
    LOST_PERSISTENT(Promise.P2, "acknowledged, but lost to a persistent session"),
    /** A message came for the first time after one that was sent later. */
    OUT_OF_ORDER(Promise.P3, "came after a later message of its publisher, topic and QoS"),
    /** A QoS 2 message came again as another delivery. */
    DUPLICATE_QOS_2(Promise.P4, "delivered more than once at QoS 2"),
    /** A connection was served after another one of its client id had been accepted. */
    TWO_OWNERS(Promise.P5, "two connections of one client id were served at a time"),
    /** A persistent session was gone when its client came back. */
    SESSION_FORGOTTEN(Promise.P6, "a persistent session was gone"),
    /** Session Present after Clean Start. */
    SESSION_NOT_CLEAN(Promise.MQTT, "session present after a clean start"),
    /** Readers disagree about a retained message. */
    RETAINED_DIVERGED(Promise.P7, "readers got different retained messages"),
    /** The retained message was replaced, and the replacement acknowledged, before. */
    RETAINED_STALE(Promise.P7, "the retained message is not one that can be last"),
    /** A will was due and did not come to a subscriber. */
    WILL_LOST(Promise.P8, "a will that was due never came"),
    /** A will came twice. */
    WILL_DOUBLED(Promise.P8, "a will came more than once"),
    /** A will came although the connection had not broken. */
    WILL_UNDUE(Promise.P8, "the will of a connection that did not break"),
    /** No member of the group got an acknowledged message. */
    SHARED_TO_NONE(Promise.P9, "acknowledged, but came to no member of the group"),
    /** Two members of the group took a QoS 2 message. */
    SHARED_TO_TWO(Promise.P9, "two members of the group took the same message"),
    /** A client that tried was not served after the faults had ended. */
    NOT_HEALED(Promise.P10, "a client was not served after healing"),
    /** A payload was changed, cut, or that of another topic. */
    CORRUPTED(Promise.MQTT, "a payload was changed, cut or mixed up"),
    /** A message came that nobody had published. */
    NEVER_PUBLISHED(Promise.MQTT, "nobody had published it"),
    /** A message came without a subscription to it. */
    NOT_SUBSCRIBED(Promise.MQTT, "delivered without a subscription");

    private final Promise promise;
    private final String words;

    Anomaly(Promise promise, String words) {
        this.promise = promise;
        this.words = words;
    }

    /** The promise that it breaks. */
    public Promise promise() {
        return promise;
    }

    /** What it is, in words. */
    public String words() {
        return words;
    }

    /** Its name in files: lower case, with dashes. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
