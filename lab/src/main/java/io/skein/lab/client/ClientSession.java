package io.skein.lab.client;

import io.skein.mqtt.ReasonCode;
import java.util.BitSet;

/**
 * The client's half of a session (section 4.1): publishes that are not settled, and the identifiers
 * of QoS 2 messages that came and are not released. Handed to one connection after another, it
 * carries both over; unsettled publishes are sent again, their callbacks stay due. Used by one
 * connection at a time; hand it on only when the earlier one has reported its end.
 */
public final class ClientSession {
    private final InflightWindow window = new InflightWindow();
    private final BitSet received = new BitSet();
    private final boolean sentAgainElsewhere;
    private boolean attached;

    /** A session in which nothing has happened. */
    public ClientSession() {
        this(true);
    }

    private ClientSession(boolean sentAgainElsewhere) {
        this.sentAgainElsewhere = sentAgainElsewhere;
    }

    /**
     * A session whose unsettled publishes end with the broker's half of it: where the broker has
     * none, they are not sent again, which could double them, but reported as {@link
     * PublishCallback#lost}.
     */
    public static ClientSession endingWithTheBrokers() {
        return new ClientSession(false);
    }

    /**
     * Gives up what is unsettled: every callback hears {@link PublishCallback#lost}. Not while a
     * connection uses the session.
     */
    public void discard(ConnectionLoss loss) {
        if (attached) {
            throw new IllegalStateException("a connection still uses this session");
        }
        window.oldestFirst(slot -> giveUp(slot, loss));
        received.clear();
    }

    InflightWindow window() {
        return window;
    }

    void attach() {
        if (attached) {
            throw new IllegalStateException("another connection still uses this session");
        }
        attached = true;
    }

    void detach() {
        attached = false;
    }

    /** Notes a QoS 2 message; whether it is the first of its identifier. */
    boolean firstSight(int packetId) {
        if (received.get(packetId)) {
            return false;
        }
        received.set(packetId);
        return true;
    }

    /** Forgets a QoS 2 message; whether it was known. */
    boolean release(int packetId) {
        boolean known = received.get(packetId);
        received.clear(packetId);
        return known;
    }

    /** The broker has no such session: what came before will not be released any more. */
    void forgetReceived() {
        received.clear();
    }

    /** Whether unsettled publishes are sent to a broker that knows nothing of them. */
    boolean isSentAgainElsewhere() {
        return sentAgainElsewhere;
    }

    /** Answers the callback of a publish and frees its identifier. */
    void settle(int slot, ReasonCode reason) {
        Object callback = window.callback(slot);
        long token = window.token(slot);
        window.close(slot);
        if (callback instanceof PublishCallback publish) {
            publish.settled(token, reason);
        }
    }

    /** Tells the callback of any exchange that it will not be answered. */
    void giveUp(int slot, ConnectionLoss loss) {
        Object callback = window.callback(slot);
        long token = window.token(slot);
        window.close(slot);
        switch (callback) {
            case PublishCallback publish -> publish.lost(token, loss);
            case PendingReply<?> reply -> reply.fail(loss);
            case null, default -> {}
        }
    }
}
