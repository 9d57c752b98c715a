package io.skein.cli;

import io.skein.cli.up.ClusterFailedException;
import io.skein.server.StartException;
import io.skein.server.config.ConfigurationException;
import io.skein.server.files.FileProblem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the user sees of a failure: a line for one that is expected, a stack trace for a mistake of
 * ours.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final int FAILED = 1;

    /** The exit code for a configuration that cannot be used. */
    static final int CONFIGURATION_WRONG = 3;

    /** The exit code for a node that does not find what it needs. */
    private static final int NOT_STARTED = 4;

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        CommandSpec spec = command.getCommandSpec();
        command.getErr().printf("%s: %s%n", spec.qualifiedName(), e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            command.getErr().printf("'%s --help' tells more.%n", spec.qualifiedName());
        }
        return spec.exitCodeOnInvalidInput();
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        String name = command.getCommandSpec().qualifiedName();
        switch (e) {
            case CommandFailedException _,
                    ClusterFailedException _,
                    StartException _,
                    ConfigurationException _ ->
                    String.valueOf(e.getMessage())
                            .lines()
                            .forEach(line -> command.getErr().printf("%s: %s%n", name, line));
            case IOException io -> command.getErr().printf("%s: %s%n", name, explanation(io));
            default -> {
                command.getErr().printf("%s: this should not have happened:%n", name);
                e.printStackTrace(command.getErr());
            }
        }
        return switch (e) {
            case ConfigurationException _ -> CONFIGURATION_WRONG;
            case StartException _ -> NOT_STARTED;
            default -> FAILED;
        };
    }

    private static String explanation(IOException e) {
        return e instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + FileProblem.why(e)
                : Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}
