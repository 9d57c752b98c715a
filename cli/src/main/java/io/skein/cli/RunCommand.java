package io.skein.cli;

import io.skein.lab.devices.Population;
import io.skein.lab.experiment.Entry;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.experiment.NearestKey;
import io.skein.server.config.NearestName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code skein lab run}: an experiment as a file. Its keys are the options of its instrument. */
@Command(
        name = "run",
        description = {
            "Runs an experiment file: 'experiment' names the instrument (bench, capacity, connections, failover, stress, devices), every"
                    + " other key is one of its options, without dashes in front and with underscores"
                    + " within.",
            "",
            "Options behind the file stand above its keys. Instead of a file: factory, city, vehicles,"
                    + " greenhouse."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {
    private static final String EXPERIMENT = "experiment";
    private static final String DEVICES = "devices";
    private static final String NAME = "name";
    private static final List<String> INSTRUMENTS =
            List.of("bench", "capacity", "connections", "failover", "stress", DEVICES);
    private static final NearestKey NEAREST = NearestName::of;

    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "The experiment.")
    private String file = "";

    @Unmatched private List<String> further = new ArrayList<>();

    @Override
    public Integer call() {
        try {
            ExperimentText text = ExperimentText.of(file);
            ExperimentFile experiment = text.parse();
            CommandLine instrument = instrument(experiment, text.name());
            List<String> arguments = arguments(experiment, instrument.getCommandSpec());
            instrument.setOverwrittenOptionsAllowed(true);
            instrument.setParameterExceptionHandler((e, _) -> complain(e, experiment));
            return instrument.execute(arguments.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private CommandLine instrument(ExperimentFile experiment, String name) {
        Entry entry = experiment.entry(EXPERIMENT);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "%s: the key 'experiment' is missing; it is one of %s"
                            .formatted(name, String.join(", ", INSTRUMENTS)));
        }
        CommandLine lab = spec.parent().commandLine();
        CommandLine instrument =
                INSTRUMENTS.contains(entry.value())
                        ? lab.getSubcommands().get(entry.value())
                        : null;
        if (instrument == null) {
            throw new IllegalArgumentException(
                    "%s: experiment '%s' is none of %s"
                            .formatted(
                                    entry.where(), entry.value(), String.join(", ", INSTRUMENTS)));
        }
        return instrument;
    }

    private List<String> arguments(ExperimentFile experiment, CommandSpec instrument) {
        boolean devices = instrument.name().equals(DEVICES);
        Map<String, OptionSpec> options = options(instrument);
        if (devices) {
            options.remove("population");
        } else if (!experiment.groups().isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": '" + Population.CLASSES + "' belong to an experiment of devices");
        }
        List<String> arguments = new ArrayList<>();
        if (devices) {
            arguments.add("--population");
            arguments.add(file);
        }
        List<String> known = new ArrayList<>(options.keySet());
        known.add(EXPERIMENT);
        if (devices) {
            known.add(NAME);
        }
        for (Entry entry : experiment.entries()) {
            if (!known.contains(entry.key())) {
                throw NEAREST.unknown(entry, known);
            }
            OptionSpec option = options.get(entry.key());
            if (option != null) {
                add(arguments, option, entry);
            }
        }
        arguments.addAll(further);
        return arguments;
    }

    /** The options of an instrument by their key. */
    private static Map<String, OptionSpec> options(CommandSpec instrument) {
        Map<String, OptionSpec> options = new LinkedHashMap<>();
        for (OptionSpec option : instrument.options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                options.put(key(option), option);
            }
        }
        return options;
    }

    private static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "").replace('-', '_');
    }

    private static void add(List<String> arguments, OptionSpec option, Entry entry) {
        if (option.arity().max() > 0) {
            arguments.add(option.longestName() + "=" + entry.value());
        } else if (entry.value().equals("true")) {
            arguments.add(option.longestName());
        } else if (!entry.value().equals("false")) {
            throw new IllegalArgumentException(
                    "%s: %s: '%s' is neither true nor false"
                            .formatted(entry.where(), entry.key(), entry.value()));
        }
    }

    /** What is wrong, with the line where the message names the option of one. */
    private int complain(ParameterException wrong, ExperimentFile experiment) {
        PrintWriter err = wrong.getCommandLine().getErr();
        String message = String.valueOf(wrong.getMessage());
        @Nullable Entry blamed =
                experiment.entries().stream()
                        .filter(entry ->
                                message.contains("'--" + entry.key().replace('_', '-') + "'"))
                        .findFirst()
                        .orElse(null);
        err.println((blamed == null ? file : blamed.where()) + ": " + message);
        return wrong.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }
}
