package io.skein.lab.check;

import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Judges a folder as a command: the table to one stream, progress and errors to another. */
public final class CheckCommand {
    /** Every promise held. */
    public static final int HELD = 0;

    /** There is nothing to judge. */
    public static final int FAILED = 1;

    /** A promise did not hold. */
    public static final int VIOLATED = 3;

    /** Of a promise it cannot be told. */
    public static final int UNKNOWN = 4;

    /** The file in the folder that holds the judgement. */
    public static final String VERDICT = "verdict.json";

    private CheckCommand() {}

    /**
     * Judges the record in a folder, and writes what was found beside it.
     *
     * @param folder of the run; a file is judged without writing anything
     * @return one of the codes of this class
     */
    public static int run(Path folder, Promises promises, PrintStream out, PrintStream err) {
        try {
            return code(judge(folder, promises, out, err).verdict());
        } catch (IOException e) {
            err.println("check: " + e.getMessage());
            return FAILED;
        }
    }

    /**
     * The same for callers who want to know more than a code.
     *
     * @throws IOException if there is no record, or it cannot be read or written beside
     */
    public static Judgement judge(Path folder, Promises promises, PrintStream out, PrintStream err)
            throws IOException {
        Judgement judgement =
                Checker.judge(
                        folder, promises, events -> err.printf("check: %,d events%n", events));
        tell(judgement, folder, out);
        return judgement;
    }

    /** The exit code for a verdict. */
    public static int code(Verdict verdict) {
        return switch (verdict) {
            case HELD -> HELD;
            case VIOLATED -> VIOLATED;
            case UNKNOWN -> UNKNOWN;
        };
    }

    private static void tell(Judgement judgement, Path folder, PrintStream out) throws IOException {
        out.print(CheckTable.of(judgement));
        if (Files.isDirectory(folder)) {
            WholeFile.write(folder.resolve(VERDICT), VerdictJson.of(judgement));
            WholeFile.write(folder.resolve(RunFolder.REPORT), CheckPage.html(judgement));
            out.println("report        " + folder.resolve(RunFolder.REPORT));
        }
        out.flush();
    }
}
