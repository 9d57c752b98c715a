package io.skein.lab.check;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What happened, in numbers. None of it is wrong by itself. */
final class Counts {
    /** What is counted. */
    enum Count {
        EVENTS,
        CLIENTS,
        CONNECTIONS,
        CONNECTIONS_REFUSED,
        CONNECTIONS_UNKNOWN,
        CONNECTIONS_LOST,
        TAKEOVERS,
        SESSIONS_RESUMED,
        PUBLISHED,
        ACKNOWLEDGED,
        REFUSED,
        LIMITS_TOLD,
        UNKNOWN,
        SUBSCRIBED,
        UNSUBSCRIBED,
        RECEIVED,
        RECEIVED_RETAINED,
        RECEIVED_EMPTY,
        WILLS_RECEIVED,
        REPEATED_QOS_0,
        REPEATED_QOS_1,
        REPEATED_QOS_1_WITHOUT_DUP,
        REPEATED_QOS_2_SAME_IDENTIFIER,
        REORDERED_UNKNOWN,
        FAULTS;

        /** Its name in files. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Count, Long> values = new EnumMap<>(Count.class);

    void add(Count what) {
        values.merge(what, 1L, Long::sum);
    }

    void set(Count what, long value) {
        values.put(what, value);
    }

    long of(Count what) {
        return values.getOrDefault(what, 0L);
    }
}
