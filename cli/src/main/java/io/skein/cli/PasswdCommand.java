package io.skein.cli;

import io.skein.server.security.password.PasswordFileEditor;
import io.skein.server.security.password.PasswordFileEditor.Form;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skein passwd}: the users of a password file. */
@Command(
        name = "passwd",
        description = {
            "Adds a user to a password file, or changes its password.",
            "",
            "The file is what security.password-file names. It is made if it does not exist, readable by its"
                    + " owner alone. Nodes that use it read it again by themselves."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class PasswdCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set before anything is called
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // required
    @Parameters(index = "0", paramLabel = "FILE", description = "The password file.")
    private Path file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "USER", description = "The user.")
    private @Nullable String user;

    @Option(
            names = "--batch",
            description = "Take the password from the first line of standard input.")
    private boolean batch;

    @Option(
            names = "--scram",
            description =
                    "Keep it so that SCRAM-SHA-256 works with it, too (otherwise by Argon2id).")
    private boolean scram;

    @Option(names = "--delete", description = "Remove the user.")
    private boolean delete;

    @Option(names = "--list", description = "Print the users.")
    private boolean list;

    @Override
    public Integer call() throws IOException, CommandFailedException {
        PasswordFileEditor editor = new PasswordFileEditor(file);
        PrintWriter out = spec.commandLine().getOut();
        String name = user;
        if (list ? name != null || delete || batch || scram : name == null) {
            throw new ParameterException(
                    spec.commandLine(), list ? "--list takes only FILE" : "USER is missing");
        }
        if (list) {
            requireFile();
            editor.usernames().forEach(out::println);
        } else if (delete) {
            requireFile();
            if (!editor.remove(String.valueOf(name))) {
                throw new CommandFailedException(
                        "there is no user '%s' in %s".formatted(name, file));
            }
            out.printf("removed '%s'%n", name);
        } else {
            set(editor, String.valueOf(name), out);
        }
        out.flush();
        return 0;
    }

    private void requireFile() throws CommandFailedException {
        if (Files.notExists(file)) {
            throw new CommandFailedException(file + " does not exist");
        }
    }

    private void set(PasswordFileEditor editor, String name, PrintWriter out)
            throws IOException, CommandFailedException {
        byte[] password = password(name);
        if (password.length == 0) {
            throw new CommandFailedException("an empty password is none; nothing has changed");
        }
        try {
            boolean isNew = editor.set(name, password, scram ? Form.SCRAM_SHA_256 : Form.ARGON2ID);
            out.printf("%s '%s'%n", isNew ? "added" : "changed", name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private byte[] password(String name) throws IOException, CommandFailedException {
        if (batch) {
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = input.readLine();
            return (line == null ? "" : line).getBytes(StandardCharsets.UTF_8);
        }
        @SuppressWarnings("SystemConsoleNull") // JDK 25 has none where there is no terminal
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new CommandFailedException(
                    "there is no terminal to ask for the password; give it on standard input with"
                            + " --batch");
        }
        char[] first = console.readPassword("Password of '%s': ", name);
        char[] second = console.readPassword("Once more: ");
        if (first == null || second == null || !Arrays.equals(first, second)) {
            throw new CommandFailedException("the two are not the same; nothing has changed");
        }
        return new String(first).getBytes(StandardCharsets.UTF_8);
    }
}
