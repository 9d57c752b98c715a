package io.skein.lab.capacity;

import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Workload;
import java.util.Locale;

/** What grows from probe to probe. */
public enum Scale {
    /** Messages per second of all publishers, whose number stays. */
    RATE {
        @Override
        Workload workload(Workload unit, double load) {
            return unit;
        }

        @Override
        Arrivals.Paced arrivals(Arrivals.Paced unit, double load) {
            return unit.at(load);
        }

        @Override
        public String unit() {
            return "msg/s";
        }
    },
    /** Publishers, subscribers and topics alike, and the rate with them. */
    CLIENTS {
        @Override
        Workload workload(Workload unit, double load) {
            int times = (int) load;
            return new Workload(
                    Math.multiplyExact(unit.publishers(), times),
                    Math.multiplyExact(unit.subscribers(), times),
                    Math.multiplyExact(unit.topics(), times),
                    unit.qos(),
                    unit.subscriberQos(),
                    unit.payload(),
                    unit.subscribing(),
                    unit.retained(),
                    unit.persistent());
        }

        @Override
        Arrivals.Paced arrivals(Arrivals.Paced unit, double load) {
            return unit.at(unit.messagesPerSecond() * load);
        }

        @Override
        public String unit() {
            return "times the clients";
        }
    };

    abstract Workload workload(Workload unit, double load);

    abstract Arrivals.Paced arrivals(Arrivals.Paced unit, double load);

    /** What a load counts. */
    public abstract String unit();

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
