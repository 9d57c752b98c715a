package io.skein.cli;

import io.skein.cli.up.ClusterFailedException;
import io.skein.server.StartException;
import io.skein.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
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
        return FAILED;
    }

    private static String explanation(IOException e) {
        return switch (e) {
            case NoSuchFileException file -> "there is no file " + file.getFile();
            case AccessDeniedException file -> "permission denied: " + file.getFile();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
