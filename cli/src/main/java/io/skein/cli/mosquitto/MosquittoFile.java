package io.skein.cli.mosquitto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads files of lines as Mosquitto does: {@code option value}, {@code #} at the very beginning.
 */
final class MosquittoFile {
    private static final String INCLUDE = "include_dir";

    private MosquittoFile() {}

    /** A configuration with all files that it includes, in Mosquitto's order. */
    static List<Line> configuration(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Line line : lines(file)) {
            if (!line.option().equals(INCLUDE)) {
                lines.add(line);
                continue;
            }
            for (Path included : included(Path.of(line.value()))) {
                lines.addAll(lines(included));
            }
        }
        return lines;
    }

    private static List<Path> included(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted((a, b) -> compare(name(a), name(b)))
                    .toList();
        }
    }

    /** Alphabetically, of each letter the upper case first. */
    private static int compare(String a, String b) {
        int regardless = String.CASE_INSENSITIVE_ORDER.compare(a, b);
        return regardless == 0 ? a.compareTo(b) : regardless;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** The lines of one file that say something. */
    static List<Line> lines(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            String stripped = text.strip();
            if (stripped.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] words = stripped.split("\\s+", 2);
            lines.add(new Line(file + ":" + number, words[0], words.length > 1 ? words[1] : ""));
        }
        return lines;
    }
}
