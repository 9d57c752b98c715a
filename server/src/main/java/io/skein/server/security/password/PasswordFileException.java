package io.skein.server.security.password;

import java.io.IOException;

/** A password file that cannot be used; the message says where and why. */
public final class PasswordFileException extends IOException {
    PasswordFileException(String message) {
        super(message);
    }

    PasswordFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
