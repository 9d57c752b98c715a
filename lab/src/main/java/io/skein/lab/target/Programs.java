package io.skein.lab.target;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where programs are, those for administrators included. */
public final class Programs {
    private static final List<String> ADMINISTRATORS =
            List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private Programs() {}

    /** The program of this name, or at this path if it has a slash; null if there is none. */
    public static @Nullable Path find(String name) {
        if (name.contains("/")) {
            return Files.isExecutable(Path.of(name)) ? Path.of(name) : null;
        }
        String path = System.getenv("PATH");
        List<String> directories =
                new ArrayList<>(path == null ? List.of() : List.of(path.split(File.pathSeparator)));
        directories.addAll(ADMINISTRATORS);
        for (String directory : directories) {
            Path program = Path.of(directory, name);
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }
}
