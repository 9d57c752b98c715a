package io.skein.dist.conformance;

import java.util.stream.Stream;

/** The specifications whose statements carry identifiers. MQTT 3.1 has none. */
enum Version {
    MQTT_3_1_1("3.1.1"),
    MQTT_5("5.0");

    private final String number;

    Version(String number) {
        this.number = number;
    }

    static Version of(String number) {
        return Stream.of(values())
                .filter(version -> version.number.equals(number))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no version " + number));
    }

    @Override
    public String toString() {
        return number;
    }
}
