package io.skein.cli;

import io.skein.lab.devices.Population;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.result.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An experiment file, of the user or shipped.
 *
 * @param name for messages
 */
record ExperimentText(String name, String text) {
    /**
     * The file of this path, or what is shipped under this name.
     *
     * @throws IllegalArgumentException if there is neither
     */
    static ExperimentText of(String nameOrPath) {
        Path path = Path.of(nameOrPath);
        if (!Files.exists(path)) {
            return new ExperimentText(nameOrPath + ".yaml", Population.text(nameOrPath));
        }
        try {
            return new ExperimentText(nameOrPath, TextFile.read(path));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    ExperimentFile parse() {
        return ExperimentFile.parse(text, name, Population.CLASSES);
    }
}
