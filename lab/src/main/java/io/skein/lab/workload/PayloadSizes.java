package io.skein.lab.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many bytes payloads have. The size of a message follows from its number and its publisher's
 * alone, so that the same load can be made again.
 */
public sealed interface PayloadSizes {
    /** The largest payload a load may have. */
    int BYTES_LIMIT = 16 * 1024 * 1024;

    /** Bytes of the largest payload. */
    int maximumBytes();

    /** Bytes of the payload of a publisher's message with this number. */
    int bytes(int publisher, long sequence);

    /** All of one size. */
    record Fixed(int maximumBytes) implements PayloadSizes {
        /** Checks the bounds. */
        public Fixed {
            requireWithin(maximumBytes);
        }

        @Override
        public int bytes(int publisher, long sequence) {
            return maximumBytes;
        }

        @Override
        public String toString() {
            return Integer.toString(maximumBytes);
        }
    }

    /** Each size from the minimum to the maximum as likely as any other. */
    record Uniform(int minimumBytes, int maximumBytes) implements PayloadSizes {
        /** Checks the bounds. */
        public Uniform {
            requireWithin(minimumBytes);
            requireWithin(maximumBytes);
            if (minimumBytes > maximumBytes) {
                throw new IllegalArgumentException(
                        "payloads of %d to %d bytes: the first is the larger"
                                .formatted(minimumBytes, maximumBytes));
            }
        }

        @Override
        public int bytes(int publisher, long sequence) {
            int sizes = maximumBytes - minimumBytes + 1;
            return minimumBytes + (int) Math.floorMod(mixed(publisher, sequence), (long) sizes);
        }

        @Override
        public String toString() {
            return minimumBytes + "-" + maximumBytes;
        }
    }

    /** A few sizes, some more frequent than others. */
    record Mixture(List<Share> shares) implements PayloadSizes {
        /** Checks that there is one. */
        public Mixture {
            shares = List.copyOf(shares);
            if (shares.isEmpty()) {
                throw new IllegalArgumentException("a mixture of payloads needs a size");
            }
        }

        @Override
        public int maximumBytes() {
            return shares.stream().mapToInt(Share::bytes).max().orElseThrow();
        }

        @Override
        public int bytes(int publisher, long sequence) {
            long all = 0;
            for (Share share : shares) {
                all += share.weight();
            }
            long at = Math.floorMod(mixed(publisher, sequence), all);
            int chosen = 0;
            while (at >= shares.get(chosen).weight()) {
                at -= shares.get(chosen).weight();
                chosen++;
            }
            return shares.get(chosen).bytes();
        }

        @Override
        public String toString() {
            return shares.stream()
                    .map(share -> share.bytes() + ":" + share.weight())
                    .collect(Collectors.joining(","));
        }
    }

    /** One size of a mixture and how frequent it is, relative to the others. */
    record Share(int bytes, int weight) {
        /** Checks the bounds. */
        public Share {
            requireWithin(bytes);
            if (weight < 1) {
                throw new IllegalArgumentException(
                        "the weight of a payload size must be at least 1, not " + weight);
            }
        }
    }

    /**
     * Sizes as people write them: {@code 64}, {@code 64-1024}, or {@code 64:90,1024:9,65536:1} for
     * a mixture with weights.
     *
     * @throws IllegalArgumentException if the text is none of these, or a size is out of bounds
     */
    static PayloadSizes parse(String text) {
        try {
            if (text.contains(":")) {
                List<Share> shares = new ArrayList<>();
                for (String part : text.split(",", -1)) {
                    String[] pair = part.strip().split(":", 2);
                    if (pair.length < 2) {
                        throw new NumberFormatException(part);
                    }
                    shares.add(new Share(Integer.parseInt(pair[0]), Integer.parseInt(pair[1])));
                }
                return new Mixture(shares);
            }
            int dash = text.indexOf('-', 1);
            return dash < 0
                    ? new Fixed(Integer.parseInt(text.strip()))
                    : new Uniform(
                            Integer.parseInt(text.substring(0, dash).strip()),
                            Integer.parseInt(text.substring(dash + 1).strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' is no payload size; write bytes (64), a range (64-1024), or sizes with weights (64:90,1024:10)"
                            .formatted(text),
                    e);
        }
    }

    private static void requireWithin(int bytes) {
        if (bytes < Stamp.BYTES || bytes > BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    ("payload of %d bytes is not within %d to %d: run id, publisher, sequence number,"
                                    + " send time and checksum take %d bytes")
                            .formatted(bytes, Stamp.BYTES, BYTES_LIMIT, Stamp.BYTES));
        }
    }

    /** A number of which every bit depends on every bit of both. */
    private static long mixed(int publisher, long sequence) {
        long h = (sequence * 0x9E37_79B9_7F4A_7C15L) ^ ((publisher + 1L) * 0xBF58_476D_1CE4_E5B9L);
        h = (h ^ (h >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return h ^ (h >>> 31);
    }
}
