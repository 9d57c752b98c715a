package io.skein.lab.check;

import java.util.List;
import java.util.Locale;

/**
 * What became of one promise.
 *
 * @param declared how it is made, in words
 * @param checked how often the record could have shown that it is broken
 * @param violations how often it did; what is not promised is counted, too
 * @param reasons why it is unknown, in words
 */
record PromiseVerdict(
        Promise promise,
        String declared,
        State state,
        long checked,
        long violations,
        List<String> reasons) {
    /** Held or not. */
    enum State {
        /** Looked at, and nothing was wrong. */
        HELD,
        /** Something was wrong. */
        VIOLATED,
        /** The record does not tell. */
        UNKNOWN,
        /** The broker does not promise it, or not under the faults of the run. */
        NOT_PROMISED,
        /** No record of clients can tell. */
        NOT_JUDGED;

        /** Its name for people. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    PromiseVerdict {
        reasons = List.copyOf(reasons);
    }
}
