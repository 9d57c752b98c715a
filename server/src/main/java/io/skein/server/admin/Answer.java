package io.skein.server.admin;

import java.nio.charset.StandardCharsets;

/** A whole response. */
final class Answer {
    static final String JSON = "application/json";

    private final int status;
    private final String contentType;
    private final byte[] body;

    /** An answer with these bytes, which must not change afterwards. */
    Answer(int status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    static Answer text(int status, String contentType, String body) {
        return new Answer(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    /** Not to be changed by the caller. */
    byte[] body() {
        return body;
    }
}
