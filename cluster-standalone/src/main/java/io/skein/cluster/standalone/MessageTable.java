package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.codec.MessageNumbers;
import io.skein.cluster.codec.NumberedMessages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that the log holds, each with its number and how often it is in use. A message is
 * forgotten at the end of the record in which its last use ended, when writing as when reading
 * back: so both sides agree on what a number means. Used by one thread.
 */
final class MessageTable implements MessageNumbers, NumberedMessages {
    /** Noted on its message. */
    private static final class Numbered {
        final MessageTable table;
        final long number;
        final Message message;
        int uses;

        Numbered(MessageTable table, long number, Message message) {
            this.table = table;
            this.number = number;
            this.message = message;
        }
    }

    // By identity: to compare contents would cost more than to write a message twice.
    private final IdentityHashMap<Message, Numbered> notedByOthers = new IdentityHashMap<>(0);
    private @Nullable Map<Long, Numbered> byNumber = new HashMap<>();
    private final List<Numbered> perhapsUnused = new ArrayList<>();
    private long lastNumber;

    @Override
    public long known(Message message) {
        Numbered numbered = numbered(message);
        return numbered == null ? 0 : numbered.number;
    }

    @Override
    public long define(Message message) {
        long number = lastNumber + 1;
        define(number, message);
        return number;
    }

    @Override
    public @Nullable Message known(long number) {
        Numbered numbered = byNumber == null ? null : byNumber.get(number);
        return numbered == null ? null : numbered.message;
    }

    @Override
    public void define(long number, Message message) {
        add(number, message);
    }

    private @Nullable Numbered numbered(Message message) {
        if (message.note() instanceof Numbered numbered && numbered.table == this) {
            return numbered;
        }
        return notedByOthers.isEmpty() ? null : notedByOthers.get(message);
    }

    private Numbered add(long number, Message message) {
        Numbered numbered = new Numbered(this, number, message);
        if (message.note() == null) {
            message.note(numbered);
        } else {
            notedByOthers.put(message, numbered);
        }
        if (byNumber != null) {
            byNumber.put(number, numbered);
        }
        perhapsUnused.add(numbered);
        lastNumber = Math.max(lastNumber, number);
        return numbered;
    }

    /** One more use of a message. */
    void use(Message message) {
        Numbered numbered = numbered(message);
        if (numbered == null) { // a store that writes nothing has not numbered it
            numbered = add(lastNumber + 1, message);
        }
        numbered.uses++;
    }

    /** One use less. */
    void release(Message message) {
        Numbered numbered = numbered(message);
        if (numbered != null && --numbered.uses == 0) {
            perhapsUnused.add(numbered);
        }
    }

    /** Forgets what is not in use; to be called after each record. */
    void endOfRecord() {
        for (Numbered numbered : perhapsUnused) {
            if (numbered.uses == 0) {
                forget(numbered);
            }
        }
        perhapsUnused.clear();
    }

    private void forget(Numbered numbered) {
        if (numbered.message.note() == numbered) {
            numbered.message.note(null);
        } else {
            notedByOthers.remove(numbered.message, numbered);
        }
        if (byNumber != null) {
            byNumber.remove(numbered.number);
        }
    }

    /** Nothing will be read back any more: numbers need not lead to messages. */
    void endOfReading() {
        byNumber = null;
    }

    /** The number of a message that is in use, as it is at this moment. */
    MessageNumber number(Message message) {
        Numbered numbered = numbered(message);
        if (numbered == null) {
            throw new IllegalStateException("not in use: " + message);
        }
        return new MessageNumber(numbered.number, numbered.uses > 1);
    }
}
