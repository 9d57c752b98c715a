package io.skein.server.security.login;

import org.jspecify.annotations.Nullable;

/**
 * One authentication that takes several steps. Quick, so event loops may run it; used by one thread
 * at a time.
 */
public interface Dialogue {
    /** What follows a step. */
    sealed interface Turn {
        /** The client is to answer this. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record More(byte[] data) implements Turn {}

        /**
         * It is over.
         *
         * @param lastWord for a client that is let in, null for none
         */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Over(Decision decision, byte @Nullable [] lastWord) implements Turn {}
    }

    /** The client has sent this, null for nothing. */
    Turn next(byte @Nullable [] data);
}
