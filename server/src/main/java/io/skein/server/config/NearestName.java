package io.skein.server.config;

import java.util.Collection;
import java.util.Optional;

/** Finds what somebody who mistyped a name most likely meant. */
public final class NearestName {
    private NearestName() {}

    /** The candidate with the fewest changes to it, if they are few for a name of this length. */
    public static Optional<String> of(String wrong, Collection<String> candidates) {
        String nearest = null;
        int fewest = Math.max(2, wrong.length() / 3) + 1;
        for (String candidate : candidates) {
            int changes = Math.min(distance(wrong, candidate), lastNameMatches(wrong, candidate));
            if (changes < fewest) {
                fewest = changes;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The right name in the wrong section is a small mistake too. */
    private static int lastNameMatches(String wrong, String candidate) {
        return lastName(wrong).equals(lastName(candidate)) ? 2 : Integer.MAX_VALUE;
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Levenshtein's distance: characters to insert, delete or replace. */
    static int distance(String left, String right) {
        int[] above = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] row = new int[right.length() + 1];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = above[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[right.length()];
    }
}
