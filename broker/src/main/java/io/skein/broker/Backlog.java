package io.skein.broker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The QoS 1 and 2 messages that the sessions of one shard hold, waiting or unacknowledged. Changed
 * by the shard's thread, read by any.
 */
final class Backlog {
    private static final VarHandle MESSAGES = field("messages");
    private static final VarHandle BYTES = field("bytes");

    private long messages;
    private long bytes;

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Backlog.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void add(Slot slot) {
        change(1, slot.bytes());
    }

    void remove(Slot slot) {
        change(-1, -slot.bytes());
    }

    private void change(long messagesMore, long bytesMore) {
        MESSAGES.setOpaque(this, messages + messagesMore);
        BYTES.setOpaque(this, bytes + bytesMore);
    }

    long messages() {
        return (long) MESSAGES.getOpaque(this);
    }

    long bytes() {
        return (long) BYTES.getOpaque(this);
    }
}
