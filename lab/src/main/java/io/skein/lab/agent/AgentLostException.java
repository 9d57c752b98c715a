package io.skein.lab.agent;

import io.skein.lab.load.LoadFailedException;
import org.jspecify.annotations.Nullable;

/**
 * An agent is not reached or has gone, and with it the account of what it sent and received: the
 * target has no part in it.
 */
public final class AgentLostException extends LoadFailedException {
    private static final long serialVersionUID = 1L;

    AgentLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
