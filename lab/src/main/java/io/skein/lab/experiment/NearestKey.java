package io.skein.lab.experiment;

import java.util.Collection;
import java.util.Optional;

/** Finds what somebody who mistyped a key most likely meant. */
@FunctionalInterface
public interface NearestKey {
    /** The known key that is nearest to the unknown one, if one is near. */
    Optional<String> of(String unknown, Collection<String> known);

    /** What to say of a key that is not known. */
    default IllegalArgumentException unknown(Entry entry, Collection<String> known) {
        return new IllegalArgumentException(
                "%s: unknown key '%s'%s"
                        .formatted(
                                entry.where(),
                                entry.key(),
                                of(entry.key(), known)
                                        .map(near -> "; did you mean '" + near + "'?")
                                        .orElse("; known are " + String.join(", ", known))));
    }
}
