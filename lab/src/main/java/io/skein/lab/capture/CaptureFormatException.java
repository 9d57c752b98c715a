package io.skein.lab.capture;

import java.io.IOException;

/** A file that is no capture, or one in a form that is not read here; the message says which. */
final class CaptureFormatException extends IOException {
    private static final long serialVersionUID = 1;

    CaptureFormatException(String message) {
        super(message);
    }
}
