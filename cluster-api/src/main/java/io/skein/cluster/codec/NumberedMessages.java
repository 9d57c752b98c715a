package io.skein.cluster.codec;

import io.skein.cluster.Message;
import org.jspecify.annotations.Nullable;

/** The reading side of {@link MessageNumbers}. */
public interface NumberedMessages {
    /** No message has a number. */
    NumberedMessages NONE =
            new NumberedMessages() {
                @Override
                public @Nullable Message known(long number) {
                    return null;
                }

                @Override
                public void define(long number, Message message) {}
            };

    /** The message with this number, or null if there is none: the bytes are corrupt then. */
    @Nullable Message known(long number);

    /** A message was read in full that is known by this number afterwards. */
    void define(long number, Message message);
}
