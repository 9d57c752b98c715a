package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of values on a length of the picture.
 *
 * @param logarithmic whether each decade has the same length; both ends are above 0 then
 */
record Axis(double minimum, double maximum, boolean logarithmic) {
    private static final int TICKS = 6;
    private static final double[] ROUND = {1, 2, 5, 10};

    /** Over so many decades and fewer, 2 and 5 are marked between the powers of ten. */
    private static final double FINE_DECADES = 2;

    /** From 0 to a round number at or above this; to 1 if this is 0. */
    static Axis fromZero(double maximum) {
        double step = step(maximum > 0 ? maximum : 1);
        return new Axis(0, step * Math.ceil((maximum > 0 ? maximum : 1) / step - 1e-9), false);
    }

    /** Exactly these ends. */
    static Axis between(double minimum, double maximum) {
        return new Axis(minimum, maximum > minimum ? maximum : minimum + 1, false);
    }

    /** Decades, from the round number at or below one value to that at or above the other. */
    static Axis decades(double minimum, double maximum) {
        double low = roundBelow(Math.max(minimum, 1e-9));
        double high = roundAbove(Math.max(maximum, 1e-9));
        return new Axis(low, high > low ? high : roundAbove(low * 1.5), true);
    }

    private static double roundBelow(double value) {
        double decade = decade(value);
        double below = decade;
        for (double each : ROUND) {
            below = each * decade <= value * (1 + 1e-9) ? each * decade : below;
        }
        return below;
    }

    private static double roundAbove(double value) {
        double decade = decade(value);
        for (double each : ROUND) {
            if (each * decade >= value * (1 - 1e-9)) {
                return each * decade;
            }
        }
        return 10 * decade;
    }

    private static double decade(double value) {
        return Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    }

    /** Where a value lies, 0 to 1; values outside lie at the ends. */
    double position(double value) {
        double share =
                logarithmic
                        ? Math.log(Math.max(value, minimum) / minimum) / Math.log(maximum / minimum)
                        : (value - minimum) / (maximum - minimum);
        return Math.clamp(share, 0, 1);
    }

    /** Values worth a mark. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            boolean fine = Math.log10(maximum / minimum) <= FINE_DECADES;
            for (double ten = decade(minimum); ten <= maximum * 1.001; ten *= 10) {
                for (double each : fine ? new double[] {1, 2, 5} : new double[] {1}) {
                    if (each * ten >= minimum * 0.999 && each * ten <= maximum * 1.001) {
                        ticks.add(each * ten);
                    }
                }
            }
        } else {
            double step = step(maximum - minimum);
            for (double tick = Math.ceil(minimum / step) * step;
                    tick <= maximum + step / 1e6;
                    tick += step) {
                ticks.add(tick);
            }
        }
        return ticks;
    }

    /** A round number, such that about {@link #TICKS} of them make the span. */
    private static double step(double span) {
        double raw = span / TICKS;
        double decade = decade(raw);
        double share = raw / decade;
        return decade * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    }
}
