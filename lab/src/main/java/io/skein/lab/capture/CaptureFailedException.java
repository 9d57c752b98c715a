package io.skein.lab.capture;

import java.io.IOException;

/** Nothing can be recorded; the message says why, and what to do. */
final class CaptureFailedException extends IOException {
    private static final long serialVersionUID = 1;

    CaptureFailedException(String message) {
        super(message);
    }
}
