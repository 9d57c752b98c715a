package io.skein.lab.workload;

import java.util.Locale;

/** How the messages of an open loop follow each other. */
public sealed interface Rhythm {
    /** At even distances, over all publishers. */
    record Even() implements Rhythm {
        @Override
        public String toString() {
            return "fixed";
        }
    }

    /** Independently of each other, as those of many devices that know nothing of one another. */
    record Poisson() implements Rhythm {
        @Override
        public String toString() {
            return "poisson";
        }
    }

    /** This many at once, then a pause, so that the rate is kept on average. */
    record Bursts(int messages) implements Rhythm {
        /** Checks the bound. */
        public Bursts {
            if (messages < 1) {
                throw new IllegalArgumentException(
                        "a burst must have at least 1 message, not " + messages);
            }
        }

        @Override
        public String toString() {
            return "burst:" + messages;
        }
    }

    /**
     * Evenly, but with a rate that rises (or falls) steadily from this one to the load's own at the
     * end.
     *
     * @param fromPerSecond of all publishers together, 0 or above
     */
    record Ramp(double fromPerSecond) implements Rhythm {
        /** Checks the bound. */
        public Ramp {
            if (!(fromPerSecond >= 0) || fromPerSecond > 1e8) {
                throw new IllegalArgumentException(
                        "a ramp must begin at 0 to 100000000 messages per second, not "
                                + fromPerSecond);
            }
        }

        @Override
        public String toString() {
            return "ramp:" + fromPerSecond;
        }
    }

    /**
     * A rhythm as people write it: {@code fixed}, {@code poisson}, {@code burst:100} or {@code
     * ramp:500}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static Rhythm parse(String text) {
        String[] parts = text.strip().toLowerCase(Locale.ROOT).split(":", 2);
        try {
            return switch (parts[0] + (parts.length > 1 ? ":" : "")) {
                case "fixed" -> new Even();
                case "poisson" -> new Poisson();
                case "burst:" -> new Bursts(Integer.parseInt(parts[1]));
                case "ramp:" -> new Ramp(Double.parseDouble(parts[1]));
                default -> throw new NumberFormatException(text);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "arrivals '%s' are none of fixed, poisson, burst:MESSAGES and ramp:FROM_PER_SECOND"
                            .formatted(text),
                    e);
        }
    }
}
