package io.skein.lab.agent;

import io.skein.lab.load.LoadFailedException;

/** The controller has let the agent go, or is lost: whatever is under way ends. */
final class ControllerGoneException extends LoadFailedException {
    private static final long serialVersionUID = 1L;

    ControllerGoneException() {
        super("the controller is gone", null);
    }
}
