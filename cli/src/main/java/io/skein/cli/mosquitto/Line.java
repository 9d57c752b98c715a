package io.skein.cli.mosquitto;

/**
 * One line of a file that says something.
 *
 * @param where {@code file:line}
 * @param option its first word
 * @param value the rest without the blanks around it; empty if there is none
 */
record Line(String where, String option, String value) {
    /** As it was written, but for blanks. */
    String text() {
        return value.isEmpty() ? option : option + " " + value;
    }

    boolean isTrue() {
        return value.equals("true") || value.equals("1");
    }
}
