package io.skein.lab.compare;

import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A result under a short name that no other of the comparison has.
 *
 * @param name fit for a legend
 */
record Named(String name, Result result) {
    private static final int LENGTH_MAXIMUM = 18;

    /** Names results by what was measured, with a number where that is not enough. */
    static List<Named> all(List<Result> results) {
        Map<String, Integer> uses = new HashMap<>();
        results.forEach(result -> uses.merge(brief(result.target()), 1, Integer::sum));
        Map<String, Integer> numbers = new HashMap<>();
        List<Named> named = new ArrayList<>();
        for (Result result : results) {
            String brief = brief(result.target());
            int number = numbers.merge(brief, 1, Integer::sum);
            boolean only = uses.getOrDefault(brief, 1) == 1;
            named.add(new Named(only ? brief : brief + " #" + number, result));
        }
        return named;
    }

    /** What it lost of its deliveries, in a sentence; none if that is nothing. */
    List<String> lost() {
        double lost = result.number("lost");
        return lost > 0
                ? List.of(
                        "%s lost %s of %s deliveries."
                                .formatted(
                                        name,
                                        Numbers.brief(lost),
                                        Numbers.brief(result.number("expected"))))
                : List.of();
    }

    private static String brief(String target) {
        String name =
                target.contains("://")
                        ? target.substring(target.indexOf("://") + 3)
                        : target.replaceFirst("[:(].*", "").strip();
        return name.length() <= LENGTH_MAXIMUM ? name : name.substring(0, LENGTH_MAXIMUM - 1) + "…";
    }
}
