package io.skein.mqtt.packet;

/** The client's sign of life (section 3.12). */
public record PingReq() implements Packet {
    /** The only value there is. */
    public static final PingReq INSTANCE = new PingReq();
}
