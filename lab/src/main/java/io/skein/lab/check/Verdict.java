package io.skein.lab.check;

import java.util.Locale;

/** What a record tells of the promises of a broker. */
public enum Verdict {
    /** Every promise that is made was tested and held. */
    HELD,
    /** At least one did not hold. */
    VIOLATED,
    /** None is seen to be broken, but of some it cannot be told. */
    UNKNOWN;

    /** Its name in files and for people. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
