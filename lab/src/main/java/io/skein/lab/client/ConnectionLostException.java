package io.skein.lab.client;

import java.io.IOException;

/** A request will not be answered because its connection ended. */
public final class ConnectionLostException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient ConnectionLoss loss;

    ConnectionLostException(ConnectionLoss loss) {
        super(loss.message());
        this.loss = loss;
    }

    /** How the connection ended. */
    public ConnectionLoss loss() {
        return loss;
    }
}
