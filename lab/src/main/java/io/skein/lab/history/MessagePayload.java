package io.skein.lab.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the payload of every message of a recorded run: its name, its topic and a checksum
 * of them and of the padding, as text, so that it can be read in a capture:
 *
 * <pre>
 * SKH1 12345678 7:42 plant/7/temp ........
 *      CRC-32C  name topic        padding
 * </pre>
 *
 * <p>The checksum is over everything behind it.
 *
 * @param message as the payload has it, or null if it is empty or its name cannot be told
 * @param defect what is wrong with it, in words; empty for one that is as it was sent
 */
public record MessagePayload(@Nullable MessageId message, String defect) {
    private static final String MAGIC = "SKH1 ";
    private static final int CHECKSUM_DIGITS = 8;
    private static final int CHECKED_FROM = MAGIC.length() + CHECKSUM_DIGITS;

    /**
     * The payload of a message.
     *
     * @param bytes how long it is to be; it is longer where its text needs that
     */
    public static byte[] of(MessageId message, String topic, int bytes) {
        byte[] head =
                "%s%s %s %s "
                        .formatted(MAGIC, "0".repeat(CHECKSUM_DIGITS), message, topic)
                        .getBytes(StandardCharsets.UTF_8);
        byte[] payload = Arrays.copyOf(head, Math.max(head.length, bytes));
        Arrays.fill(payload, head.length, payload.length, (byte) '.');
        byte[] checksum = checksum(payload).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, payload, MAGIC.length(), CHECKSUM_DIGITS);
        return payload;
    }

    /** What a payload that came on a topic turned out to be; an empty one has no defect. */
    public static MessagePayload read(byte[] payload, String topic) {
        if (payload.length == 0) {
            return new MessagePayload(null, "");
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        if (payload.length < CHECKED_FROM || !text.startsWith(MAGIC)) {
            return new MessagePayload(null, "no message of this laboratory");
        }
        if (!text.startsWith(checksum(payload), MAGIC.length())) {
            return new MessagePayload(null, "the checksum is wrong");
        }
        String[] parts = text.substring(CHECKED_FROM).split(" ", 4);
        MessageId message = parts.length < 4 ? null : id(parts[1]);
        if (message == null) {
            return new MessagePayload(null, "the checksum is right, but there is no name");
        }
        // A topic may have spaces: what follows the name begins with it, then.
        boolean ours = text.startsWith(topic + " ", CHECKED_FROM + parts[1].length() + 2);
        return new MessagePayload(message, ours ? "" : "it is the payload of another topic");
    }

    private static @Nullable MessageId id(String text) {
        int colon = text.indexOf(':');
        try {
            return colon < 0
                    ? null
                    : new MessageId(
                            Integer.parseInt(text.substring(0, colon)),
                            Long.parseLong(text.substring(colon + 1)));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload, CHECKED_FROM, payload.length - CHECKED_FROM);
        return "%08x".formatted(crc.getValue());
    }
}
