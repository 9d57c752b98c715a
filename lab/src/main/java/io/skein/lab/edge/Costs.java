package io.skein.lab.edge;

import java.util.OptionalDouble;

/**
 * What a route costs at a rate, with the bytes for each reading as they were measured. Hardware is
 * counted in whole machines.
 *
 * @param upBytes over the wide link towards the cloud, for each reading, with headers
 * @param downBytes the way back
 */
record Costs(CostModel model, Route route, String link, double upBytes, double downBytes) {
    private static final double HOURS_PER_MONTH = 730;
    private static final double SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
    private static final double MONTHS_PER_YEAR = 12;

    /** Rates between which a break-even is looked for, in messages per second. */
    static final double RATE_MINIMUM = 0.1;

    static final double RATE_MAXIMUM = 100_000;

    private static final int STEPS_PER_DECADE = 60;

    /** With the bytes of a result. */
    static Costs of(CostModel model, ScenarioResult result) {
        double sent = Math.max(1, result.messages().sent());
        ScenarioResult.LinkUse wide = result.wire().wide();
        return new Costs(
                model,
                result.way(),
                result.link(),
                wide.upWireBytes() / sent,
                wide.downWireBytes() / sent);
    }

    /** A month at so many messages a second. */
    double perMonth(double rate) {
        return (route.usesEdge() ? edge(rate) : 0) + (route.usesCloud() ? cloud(rate) : 0);
    }

    /** A million messages at so many a second. */
    double perMillion(double rate) {
        return perMonth(rate) / (rate * SECONDS_PER_MONTH / 1e6);
    }

    private double edge(double rate) {
        double machine =
                model.edgeHardware() / (model.edgeYears() * MONTHS_PER_YEAR)
                        + model.edgeWatts() / 1000 * HOURS_PER_MONTH * model.electricityKwh()
                        + model.edgeCareMonth();
        return Math.ceil(rate / model.edgeMessagesPerSecond()) * machine;
    }

    private double cloud(double rate) {
        double brokers =
                Math.ceil(rate / model.cloudBrokerMessagesPerSecond())
                        * model.cloudBrokerHour()
                        * HOURS_PER_MONTH;
        double messages = rate * SECONDS_PER_MONTH;
        double back = downBytes + model.readBackShare() * upBytes;
        double perMessage =
                model.cloudMessageMillion() / 1e6
                        + ((upBytes + back) * model.uplink(link) + back * model.egressGb()) / 1e9;
        return brokers + messages * perMessage;
    }

    /**
     * From which rate on this costs less than another, up to where it does not any more: the lowest
     * rate at which it does, of those that were looked at.
     *
     * @return empty if it never does between {@link #RATE_MINIMUM} and {@link #RATE_MAXIMUM}
     */
    OptionalDouble cheaperFrom(Costs other) {
        double step = Math.pow(10, 1.0 / STEPS_PER_DECADE);
        double before = RATE_MINIMUM;
        for (double rate = RATE_MINIMUM; rate <= RATE_MAXIMUM; rate *= step) {
            if (perMonth(rate) < other.perMonth(rate)) {
                return OptionalDouble.of(
                        rate == RATE_MINIMUM ? rate : between(before, rate, other));
            }
            before = rate;
        }
        return OptionalDouble.empty();
    }

    boolean isCloudAlone() {
        return route == Route.CLOUD;
    }

    private double between(double dearer, double cheaper, Costs other) {
        double low = dearer;
        double high = cheaper;
        while (high / low > 1.0005) {
            double middle = Math.sqrt(low * high);
            if (perMonth(middle) < other.perMonth(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
