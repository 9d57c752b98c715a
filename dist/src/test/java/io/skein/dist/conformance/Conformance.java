package io.skein.dist.conformance;

import io.skein.dist.conformance.Statement.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Statements joined with the tests that cite them, and what does not fit. */
final class Conformance {
    private final Catalogue catalogue;
    private final Map<Statement, Set<Showing>> shownBy = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    private Conformance(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** That of the repository with this root. */
    static Conformance read(Path root) throws IOException {
        return of(Catalogue.read(root), Sources.read(root));
    }

    static Conformance of(Catalogue catalogue, Sources sources) {
        Conformance conformance = new Conformance(catalogue);
        conformance.join(sources);
        conformance.checkMain(sources);
        conformance.checkStandings();
        return conformance;
    }

    private void join(Sources sources) {
        Map<String, JavaSource> parsed = new HashMap<>();
        for (Sources.Place place : sources.inTests()) {
            List<Version> versions = place.citation().versions(catalogue);
            JavaSource source = parsed.computeIfAbsent(place.path(), sources::test);
            Optional<JavaSource.Method> method = source.methodAt(place.offset());
            if (versions.isEmpty()) {
                faults.add(place + " does not exist");
            } else if (method.isEmpty()) {
                faults.add(place + " stands at no test");
            } else if (!method.get().isTest() && !sources.isUsed(place.path(), method.get())) {
                faults.add(place + " stands at " + method.get() + ", which no test uses");
            } else {
                Showing showing =
                        new Showing(place.path(), method.get().owner(), method.get().name());
                for (Statement statement : catalogue.all()) {
                    if (statement.id().equals(place.citation().id())
                            && versions.contains(statement.version())) {
                        shownBy.computeIfAbsent(statement, _ -> new LinkedHashSet<>()).add(showing);
                    }
                }
            }
        }
    }

    private void checkMain(Sources sources) {
        for (Sources.Place place : sources.inMain()) {
            if (place.citation().versions(catalogue).isEmpty()) {
                faults.add(place + " does not exist");
            }
        }
    }

    private void checkStandings() {
        for (Statement statement : catalogue.all()) {
            boolean shown = shownBy.containsKey(statement);
            if (!shown && statement.standing() == Standing.TO_SHOW) {
                faults.add(statement + " is shown by no test, and statements.tsv gives no reason");
            } else if (shown && statement.standing() != Standing.TO_SHOW) {
                faults.add(
                        statement
                                + " is "
                                + statement.standing()
                                + " in statements.tsv, but shown by "
                                + showings(statement));
            }
        }
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** What shows a statement, in the order of the sources; empty for nothing. */
    List<Showing> showings(Statement statement) {
        return List.copyOf(shownBy.getOrDefault(statement, Set.of()));
    }

    /** Every disagreement between statements and sources, in words; empty when they agree. */
    List<String> faults() {
        return List.copyOf(faults);
    }
}
