package io.skein.cli;

import io.skein.cli.mosquitto.MosquittoImport;
import io.skein.cli.mosquitto.Note;
import io.skein.cli.mosquitto.Translation;
import io.skein.server.ConfigurationCheck;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein import}: a configuration of Mosquitto becomes one of Skein. */
@Command(
        name = "import",
        description = {
            "Translates a configuration of Mosquitto 2, with the files that it includes and its access"
                    + " control list.",
            "",
            "Prints Skein's configuration, each line with the line that it comes from, and tells on"
                    + " standard error which lines it could not translate, and why. Where clients could"
                    + " do more than before, it ends with 1 and writes nothing unless --force is given."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: translated; what was left out lets clients do no more than before.",
            "1: it failed, or clients could do more than before.",
            "2: the command line is wrong.",
            "3: translated, but 'skein broker --check' refuses the result, for the reasons told."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The mosquitto.conf.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the configuration here; the file must not exist.")
    private @Nullable Path output;

    @Option(
            names = "--force",
            description =
                    "Write it even if clients can do more than before, or if the file exists.")
    private boolean force;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        Translation translation = MosquittoImport.of(file);
        PrintWriter err = spec.commandLine().getErr();
        for (Note note : translation.notes()) {
            err.printf("skein import: %s%s%n", note.weakens() ? "WEAKER: " : "", note);
        }
        err.flush();
        if (translation.isWeaker() && !force) {
            throw new CommandFailedException(
                    "nothing was written: without the lines marked WEAKER clients can do more than"
                            + " before; --force writes it all the same");
        }
        Written.to(output, force, translation.yaml(), spec.commandLine().getOut());
        return check(translation.yaml(), err);
    }

    /** As a node would see it that has nothing but this file. */
    private int check(String yaml, PrintWriter err) {
        String name = output == null ? "result" : output.toString();
        try {
            new ConfigurationLoader(Map.of(), List.of(), ConfigurationCheck::problems)
                    .load(name, yaml);
            return 0;
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> err.printf("skein import: %s%n", problem));
            err.flush();
            return Failures.CONFIGURATION_WRONG;
        }
    }
}
