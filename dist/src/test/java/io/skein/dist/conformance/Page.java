package io.skein.dist.conformance;

import io.skein.dist.conformance.Statement.Standing;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code docs/conformance.md}. */
final class Page {
    static final String PATH = "docs/conformance.md";
    static final String COMMAND = ".ci/conformance";

    private static final String INTRODUCTION =
            """
            # Conformance

            Every normative statement of MQTT 3.1.1 and MQTT 5.0 in our words, and the tests that
            show the broker obeys it. A test named here fails if the broker breaks the statement.
            Where a method is a table of samples, the tests of its package run through it. Written
            by `%s` from the identifiers at the tests and from [statements.tsv](../%s/statements.tsv);
            the build fails when it is out of date.

            At a test, `[MQTT-3.1.2-8]` means the statement of MQTT 5.0, or that of 3.1.1 where 5.0
            has none of this identifier; `of 3.1.1`, `of 5` or `of both` behind it says which is
            meant. MQTT 3.1 has no statements with identifiers; tests of what is common to all
            versions run over it too.

            """
                    .formatted(COMMAND, Catalogue.DIRECTORY);

    private final Conformance conformance;
    private final SortedMap<String, String> links = new TreeMap<>();
    private final StringBuilder out = new StringBuilder();

    private Page(Conformance conformance) {
        this.conformance = conformance;
    }

    static String of(Conformance conformance) {
        return new Page(conformance).write();
    }

    private String write() {
        out.append(INTRODUCTION);
        counts();
        open();
        for (Version version : Version.values()) {
            statements(version);
        }
        line("");
        links.forEach((name, path) -> line("[" + name + "]: ../" + path));
        return out.toString();
    }

    private void counts() {
        line("| | statements | shown | ask nothing of this broker | open |");
        line("|---|---:|---:|---:|---:|");
        for (Version version : Version.values()) {
            List<Statement> all = conformance.catalogue().of(version);
            line(
                    "| MQTT %s | %d | %d | %d | %d |"
                            .formatted(
                                    version,
                                    all.size(),
                                    all.stream().filter(this::isShown).count(),
                                    count(all, Standing.EXEMPT),
                                    count(all, Standing.OPEN)));
        }
    }

    private boolean isShown(Statement statement) {
        return !conformance.showings(statement).isEmpty();
    }

    private static long count(List<Statement> statements, Standing standing) {
        return statements.stream().filter(s -> s.standing() == standing).count();
    }

    private void open() {
        List<Statement> open =
                conformance.catalogue().all().stream()
                        .filter(statement -> statement.standing() == Standing.OPEN)
                        .toList();
        if (open.isEmpty()) {
            return;
        }
        line("");
        line("## Open");
        line("");
        line("| version | statement | what it asks | why it is open |");
        line("|---|---|---|---|");
        for (Statement statement : open) {
            line(
                    "| %s | %s | %s | %s |"
                            .formatted(
                                    statement.version(),
                                    statement.id(),
                                    statement.gist(),
                                    statement.because()));
        }
    }

    private void statements(Version version) {
        line("");
        line("## MQTT " + version);
        String section = "";
        for (Statement statement : conformance.catalogue().of(version)) {
            if (!statement.section().equals(section)) {
                section = statement.section();
                String name = conformance.catalogue().sectionName(version, section);
                line("");
                line("### " + version + ": " + section + " " + name);
                line("");
                line("| statement | binds | what it asks | shown by |");
                line("|---|---|---|---|");
            }
            line(
                    "| %s | %s | %s | %s |"
                            .formatted(
                                    statement.id(),
                                    statement.binds(),
                                    statement.gist(),
                                    evidence(statement)));
        }
    }

    private String evidence(Statement statement) {
        return switch (statement.standing()) {
            case EXEMPT -> "Not applicable: " + statement.because();
            case OPEN -> "**Open:** " + statement.because();
            case TO_SHOW ->
                    conformance.showings(statement).stream()
                            .map(showing -> "[" + link(showing) + "] `" + showing.method() + "`")
                            .collect(Collectors.joining("<br>"));
        };
    }

    /** The class, with its module where another of this name is linked. */
    private String link(Showing showing) {
        String name = showing.owner();
        if (!links.getOrDefault(name, showing.path()).equals(showing.path())) {
            name += " of " + showing.path().substring(0, showing.path().indexOf('/'));
        }
        links.put(name, showing.path());
        return name;
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
