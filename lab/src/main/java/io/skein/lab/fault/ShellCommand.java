package io.skein.lab.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the system that do one thing and end. */
public final class ShellCommand {
    private static final long SECONDS = 20;

    private ShellCommand() {}

    /**
     * What a program said and how it ended.
     *
     * @param output both of its outputs, stripped
     */
    public record Outcome(int exitCode, String output) {}

    /**
     * Runs a program to its end.
     *
     * @throws FaultFailedException if there is no such program or it does not end
     */
    public static Outcome run(List<String> command) throws FaultFailedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new FaultFailedException(
                        "'%s' did not end within %d s".formatted(inWords(command), SECONDS));
            }
            return new Outcome(process.exitValue(), said.strip());
        } catch (FaultFailedException e) {
            throw e;
        } catch (IOException e) {
            throw new FaultFailedException(
                    "cannot run '%s': %s".formatted(inWords(command), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultFailedException("interrupted: " + inWords(command), e);
        }
    }

    /**
     * Runs a program that has to succeed.
     *
     * @return what it said
     * @throws FaultFailedException if it does not; with what it said
     */
    public static String mustRun(List<String> command) throws FaultFailedException {
        Outcome outcome = run(command);
        if (outcome.exitCode() != 0) {
            throw new FaultFailedException(
                    "'%s' failed with exit code %d: %s"
                            .formatted(inWords(command), outcome.exitCode(), outcome.output()));
        }
        return outcome.output();
    }

    /**
     * The same with words that have spaces between them, and none within.
     *
     * @throws FaultFailedException if it does not succeed; with what it said
     */
    public static String line(String words) throws FaultFailedException {
        return mustRun(List.of(words.split(" ")));
    }

    private static String inWords(List<String> command) {
        return String.join(" ", command);
    }
}
