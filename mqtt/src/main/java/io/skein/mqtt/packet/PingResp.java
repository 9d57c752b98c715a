package io.skein.mqtt.packet;

/** The answer to PINGREQ (section 3.13). */
public record PingResp() implements Packet {
    /** The only value there is. */
    public static final PingResp INSTANCE = new PingResp();
}
