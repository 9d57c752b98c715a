package io.skein.broker.simulation;

/**
 * Runs a scenario for many seeds. {@code -Dskein.simulation.seed=N} replays one; {@code
 * -Dskein.simulation.runs=N} says how many to try.
 */
final class Seeds {
    private static final int RUNS = Integer.getInteger("skein.simulation.runs", 60);
    private static final Long ONLY = Long.getLong("skein.simulation.seed");

    private Seeds() {}

    interface Scenario {
        void run(long seed);
    }

    /** An error names the seed, and the command that replays it in the test that asks. */
    static void each(Class<?> test, Scenario scenario) {
        for (long seed = 1; seed <= RUNS; seed++) {
            long chosen = ONLY != null ? ONLY : seed;
            try {
                scenario.run(chosen);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed %d fails; replay: ./mvnw test -pl broker -am".formatted(chosen)
                                + " -Dtest=%s -Dskein.simulation.seed=%d"
                                        .formatted(test.getSimpleName(), chosen),
                        e);
            }
            if (ONLY != null) {
                return;
            }
        }
    }
}
