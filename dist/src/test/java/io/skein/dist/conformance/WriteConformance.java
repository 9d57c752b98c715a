package io.skein.dist.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the page; says what does not fit and fails then. */
final class WriteConformance {
    private WriteConformance() {}

    /** Takes the root of the repository. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Conformance conformance = Conformance.read(root);
        Files.writeString(root.resolve(Page.PATH), Page.of(conformance));
        conformance.faults().forEach(System.err::println);
        System.exit(conformance.faults().isEmpty() ? 0 : 1);
    }
}
