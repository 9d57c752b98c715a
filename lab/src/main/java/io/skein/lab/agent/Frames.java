package io.skein.lab.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Messages over TCP: four bytes of length, then JSON. One thread reads, any may write. Closing ends
 * the connection, whoever reads or writes.
 */
final class Frames implements AutoCloseable {
    /** Of what is said before it is known who speaks. */
    static final int GREETING_BYTES_LIMIT = 4 * 1024;

    /** Of everything else; the account of ten million messages of one round stays below. */
    static final int BYTES_LIMIT = 64 * 1024 * 1024;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final Socket wire;
    private final NanoClock clock;
    private final DataInputStream in;
    private final OutputStream out;
    private int bytesLimit = GREETING_BYTES_LIMIT;

    /** A message, and when its last byte had come. */
    record Received(Message message, long atNanos) {}

    Frames(Socket socket, NanoClock clock) throws IOException {
        this(socket, socket, clock);
    }

    /**
     * Over an encrypted connection.
     *
     * @param wire what it is on, which is closed without a word to the other side, so that nobody
     *     is waited for
     */
    Frames(Socket socket, Socket wire, NanoClock clock) throws IOException {
        this.wire = wire;
        this.clock = clock;
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /** From now on it is known who speaks. */
    void trust() {
        bytesLimit = BYTES_LIMIT;
    }

    /**
     * The next message.
     *
     * @throws ProtocolException if it is none, or too long
     * @throws java.net.SocketTimeoutException if none comes for as long as the socket waits
     * @throws java.io.EOFException if the other side has closed the connection
     */
    Received read() throws IOException {
        int length = in.readInt();
        if (length < 1 || length > bytesLimit) {
            throw new ProtocolException(
                    "a frame of %d bytes is not within 1 to %d"
                            .formatted(Integer.toUnsignedLong(length), bytesLimit));
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new ProtocolException("a frame was cut short");
        }
        long atNanos = clock.nanos();
        try {
            Message message = JSON.readValue(body, Message.class);
            if (message == null) {
                throw new ProtocolException("no message of this protocol: null");
            }
            return new Received(message, atNanos);
        } catch (JsonProcessingException e) {
            ProtocolException garbage =
                    new ProtocolException("no message of this protocol: " + firstLine(e));
            garbage.initCause(e);
            throw garbage;
        }
    }

    private static String firstLine(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    }

    /**
     * Sends a message.
     *
     * @throws ProtocolException if it is too long for the other side
     */
    void write(Message message) throws IOException {
        byte[] body = JSON.writerFor(Message.class).writeValueAsBytes(message);
        if (body.length > BYTES_LIMIT) {
            throw new ProtocolException(
                    "an account of %d bytes is longer than %d: measure for less time"
                            .formatted(body.length, BYTES_LIMIT));
        }
        byte[] frame =
                ByteBuffer.allocate(Integer.BYTES + body.length)
                        .putInt(body.length)
                        .put(body)
                        .array();
        synchronized (out) {
            out.write(frame);
        }
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException e) {
            // It is closed as far as this side is concerned.
        }
    }
}
