package io.skein.lab.capacity;

import java.util.OptionalDouble;

/**
 * Decides which load to probe next: doubles until a load is broken (or halves until one is kept),
 * then bisects by the geometric mean until both sides are within the precision.
 *
 * <p>A load that is kept at once is kept. One that is broken is probed again, and two of at most
 * three probes decide, so that a hiccup does not pass for a limit. One of which three probes say
 * nothing is where the generator ends; for the search that is a limit too.
 */
final class KneeSearch {
    private static final int PROBES_LIMIT = 3;
    private static final double STEP = 2;

    private final double minimum;
    private final double maximum;
    private final double precision;
    private final boolean whole;
    private double highestKept;
    private double lowestNotKept = Double.POSITIVE_INFINITY;
    private boolean generatorAbove;
    private OptionalDouble next;
    private int kept;
    private int broken;
    private int unknown;

    /**
     * A search.
     *
     * @param from the first load, within minimum and maximum
     * @param precision at which ratio between a load that is broken and one that is kept it ends,
     *     above 1
     * @param whole whether loads are whole numbers
     */
    KneeSearch(double from, double minimum, double maximum, double precision, boolean whole) {
        this.minimum = minimum;
        this.maximum = maximum;
        this.precision = precision;
        this.whole = whole;
        this.next = OptionalDouble.of(rounded(from));
    }

    /** The load to probe next; empty when the knee is found. */
    OptionalDouble next() {
        return next;
    }

    /** Tells of the probe of {@link #next}. */
    void found(Judgement judgement) {
        double load = next.orElseThrow();
        switch (judgement) {
            case KEPT -> kept++;
            case BROKEN -> broken++;
            case UNKNOWN -> unknown++;
        }
        boolean isKept = kept == 2 || (kept == 1 && broken == 0);
        boolean isNotKept = broken == 2 || kept + broken + unknown == PROBES_LIMIT;
        if (!isKept && !isNotKept) {
            return; // once more
        }
        if (isKept) {
            highestKept = Math.max(highestKept, load);
        } else {
            lowestNotKept = Math.min(lowestNotKept, load);
            generatorAbove = broken < 2;
        }
        kept = 0;
        broken = 0;
        unknown = 0;
        next = after();
    }

    private OptionalDouble after() {
        if (lowestNotKept == Double.POSITIVE_INFINITY) {
            return highestKept >= maximum
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.min(maximum, rounded(highestKept * STEP)));
        }
        if (highestKept == 0) {
            return lowestNotKept <= minimum
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.max(minimum, rounded(lowestNotKept / STEP)));
        }
        double middle = rounded(Math.sqrt(highestKept * lowestNotKept));
        boolean between = middle > highestKept && middle < lowestNotKept;
        return !between || lowestNotKept / highestKept <= precision
                ? OptionalDouble.empty()
                : OptionalDouble.of(middle);
    }

    /** Three digits are enough, and read better. */
    private double rounded(double load) {
        double unit = Math.pow(10, Math.floor(Math.log10(load)) - 2);
        double digits = Math.round(load / unit) * unit;
        return whole ? Math.max(1, Math.round(digits)) : digits;
    }

    /** The largest load that was kept, 0 if none was. */
    double knee() {
        return highestKept;
    }

    /** Whether the next larger load was the generator's limit rather than the target's. */
    boolean endsAtGenerator() {
        return generatorAbove && lowestNotKept != Double.POSITIVE_INFINITY;
    }

    /** Whether no load up to the maximum was broken. */
    boolean endsAtMaximum() {
        return lowestNotKept == Double.POSITIVE_INFINITY && highestKept >= maximum;
    }
}
