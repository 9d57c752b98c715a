package io.skein.cli.up;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Free ports that lie side by side. */
final class TestPorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private TestPorts() {}

    static int consecutive(int count) {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (IntStream.range(first, first + count)
                    .allMatch(port -> Ports.unavailable(port).isEmpty())) {
                return first;
            }
        }
    }
}
