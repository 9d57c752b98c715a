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

    /** From 0 to a round number at or above this. */
    static Axis fromZero(double maximum) {
        double step = step(Math.max(maximum, 1e-9));
        return new Axis(0, step * Math.max(1, Math.ceil(maximum / step - 1e-9)), false);
    }

    /** Exactly these ends. */
    static Axis between(double minimum, double maximum) {
        return new Axis(minimum, maximum > minimum ? maximum : minimum + 1, false);
    }

    /** Whole decades around these values. */
    static Axis decades(double minimum, double maximum) {
        double low = Math.floor(Math.log10(Math.max(minimum, 1e-9)));
        double high = Math.ceil(Math.log10(Math.max(maximum, 1e-9)));
        return new Axis(Math.pow(10, low), Math.pow(10, Math.max(high, low + 1)), true);
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
            for (double tick = minimum; tick <= maximum * 1.001; tick *= 10) {
                ticks.add(tick);
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
        double decade = Math.pow(10, Math.floor(Math.log10(raw)));
        double share = raw / decade;
        return decade * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    }
}
