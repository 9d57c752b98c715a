package io.skein.lab.compare;

import io.skein.lab.report.Numbers;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** Figures of results as people read them; a dash for what could not be had. */
final class Words {
    private static final String NONE = "-";

    private Words() {}

    /** A number that is whole. */
    static Comparison.Figure count(String... path) {
        return of(run -> run.number(path), value -> "%,d".formatted((long) value));
    }

    static Comparison.Figure number(String... path) {
        return of(run -> run.number(path), Numbers::brief);
    }

    /** A time in microseconds. */
    static Comparison.Figure micros(String... path) {
        return of(run -> run.number(path), Numbers::micros);
    }

    static Comparison.Figure bytes(String... path) {
        return of(run -> run.number(path), Numbers::bytes);
    }

    static Comparison.Figure text(String... path) {
        return run -> {
            String text = run.at(path).asText();
            return text.isEmpty() ? NONE : text;
        };
    }

    static Comparison.Figure of(ToDoubleFunction<Result> value, DoubleFunction<String> format) {
        return run -> {
            double number = value.applyAsDouble(run);
            return Double.isFinite(number) ? format.apply(number) : NONE;
        };
    }

    /** Whether a run may be believed, where it says so. */
    static String validity(Result run) {
        String partial = run.tree().path("partial").asBoolean() ? ", partial" : "";
        return (run.isInvalid() ? "NO" : "yes") + partial;
    }
}
