package io.skein.dist.conformance;

import io.skein.dist.conformance.Statement.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The statements of both specifications, in their order, and the names of the sections. */
final class Catalogue {
    static final String DIRECTORY = "dist/src/test/resources/conformance";

    private static final String EXEMPT = "exempt: ";
    private static final String OPEN = "open: ";
    private static final Set<String> PARTIES = Set.of("client", "server", "both");

    private final Map<String, Statement> statements = new LinkedHashMap<>();
    private final Map<String, String> sectionNames = new LinkedHashMap<>();

    private Catalogue() {}

    /** Reads the files below the root of the repository. */
    static Catalogue read(Path root) throws IOException {
        Path directory = root.resolve(DIRECTORY);
        return parse(
                Files.readAllLines(directory.resolve("statements.tsv")),
                Files.readAllLines(directory.resolve("sections.tsv")));
    }

    /** Both files with their headings; columns are separated by tabs. */
    static Catalogue parse(List<String> statements, List<String> sections) {
        Catalogue catalogue = new Catalogue();
        for (String line : statements.subList(1, statements.size())) {
            Statement statement = statement(line);
            if (catalogue.statements.put(key(statement.version(), statement.id()), statement)
                    != null) {
                throw new IllegalArgumentException("twice: " + line);
            }
        }
        for (String line : sections.subList(1, sections.size())) {
            String[] columns = line.split("\t", -1);
            catalogue.sectionNames.put(key(Version.of(columns[0]), columns[1]), columns[2]);
        }
        return catalogue;
    }

    private static Statement statement(String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length < 4 || columns.length > 5 || !PARTIES.contains(columns[2])) {
            throw new IllegalArgumentException(
                    "not version, id, client|server|both, gist and perhaps a reason: " + line);
        }
        String because = columns.length == 4 ? "" : columns[4];
        Standing standing =
                because.isEmpty()
                        ? Standing.TO_SHOW
                        : because.startsWith(EXEMPT)
                                ? Standing.EXEMPT
                                : because.startsWith(OPEN) ? Standing.OPEN : null;
        if (standing == null) {
            throw new IllegalArgumentException(
                    "the reason begins with neither '" + EXEMPT + "' nor '" + OPEN + "': " + line);
        }
        return new Statement(
                Version.of(columns[0]),
                columns[1],
                columns[2],
                columns[3],
                standing,
                because.substring(because.indexOf(' ') + 1));
    }

    private static String key(Version version, String id) {
        return version + " " + id;
    }

    Collection<Statement> all() {
        return statements.values();
    }

    List<Statement> of(Version version) {
        List<Statement> those = new ArrayList<>(all());
        those.removeIf(statement -> statement.version() != version);
        return those;
    }

    boolean has(Version version, String id) {
        return statements.containsKey(key(version, id));
    }

    /** What a section is about. */
    String sectionName(Version version, String section) {
        String name = sectionNames.get(key(version, section));
        if (name == null) {
            throw new IllegalArgumentException(
                    "sections.tsv does not name " + section + " of " + version);
        }
        return name;
    }
}
