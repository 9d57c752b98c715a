package io.skein.broker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a shard counts for every message: plain numbers, changed by the shard's thread, read by any.
 */
final class Traffic {
    private static final VarHandle RECEIVED = field("received");
    private static final VarHandle RECEIVED_BYTES = field("receivedBytes");
    private static final VarHandle SENT = field("sent");
    private static final VarHandle SENT_BYTES = field("sentBytes");

    private long received;
    private long receivedBytes;
    private long sent;
    private long sentBytes;

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Traffic.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void received(int payloadBytes) {
        RECEIVED.setOpaque(this, received + 1);
        RECEIVED_BYTES.setOpaque(this, receivedBytes + payloadBytes);
    }

    void sent(int payloadBytes) {
        SENT.setOpaque(this, sent + 1);
        SENT_BYTES.setOpaque(this, sentBytes + payloadBytes);
    }

    long received() {
        return (long) RECEIVED.getOpaque(this);
    }

    long receivedBytes() {
        return (long) RECEIVED_BYTES.getOpaque(this);
    }

    long sent() {
        return (long) SENT.getOpaque(this);
    }

    long sentBytes() {
        return (long) SENT_BYTES.getOpaque(this);
    }
}
