package io.skein.lab.edge;

/**
 * Devices of one kind.
 *
 * @param share of all devices, above 0, in any unit
 * @param payloadBytes 10 to 65,536
 * @param intervalNanos between two readings of a device, above 0
 */
record DeviceClass(String name, double share, int payloadBytes, long intervalNanos) {
    private static final int PAYLOAD_BYTES_LIMIT = 65_536;

    DeviceClass {
        if (!(share > 0)) {
            throw new IllegalArgumentException("the share of devices '" + name + "' is above 0");
        }
        if (payloadBytes < ReadingPayload.BYTES || payloadBytes > PAYLOAD_BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "a reading of '%s' has %d to %d bytes"
                            .formatted(name, ReadingPayload.BYTES, PAYLOAD_BYTES_LIMIT));
        }
        if (intervalNanos <= 0) {
            throw new IllegalArgumentException("the interval of '" + name + "' is above 0");
        }
    }
}
