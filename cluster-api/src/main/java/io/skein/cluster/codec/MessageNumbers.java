package io.skein.cluster.codec;

import io.skein.cluster.Message;

/**
 * Lets a writer put a message that many sessions queue into the bytes once and refer to it by
 * number afterwards. Called while a value is written, by the thread that writes it.
 */
public interface MessageNumbers {
    /** Every message is written where it stands. */
    MessageNumbers NONE =
            new MessageNumbers() {
                @Override
                public long known(Message message) {
                    return 0;
                }

                @Override
                public long define(Message message) {
                    return 0;
                }
            };

    /** The number (1 or more) by which the reader knows the message, 0 if it does not. */
    long known(Message message);

    /**
     * The message is being written in full.
     *
     * @return the number (1 or more) it is to be known by afterwards, 0 for none
     */
    long define(Message message);
}
