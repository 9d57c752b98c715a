package io.skein.mqtt.codec;

/** The seed of the random tests: another one with {@code -Dskein.seed=...}. */
final class Seed {
    private Seed() {}

    static long value() {
        return Long.getLong("skein.seed", 20_260_101L);
    }

    /** What to say when the test with this seed fails. */
    static String replay(long seed, int step) {
        return "step %d; replay: mvnw -pl mqtt test -Dskein.seed=%d".formatted(step, seed);
    }
}
