package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C in the middle of each instrument, with a broker that it has started itself. */
class LabInterruptIT {
    @TempDir private Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bench --duration 10m --rate 100 | measuring",
                "capacity --duration 1s --maximum 1e9 | ^ +1 ",
                "connections --count 20 --hold 10m | 20 connections",
                "devices --population greenhouse --duration 10m | received",
                "stress --duration 10m | -",
                "edge-cloud --links proxy --duration 10m --devices 10 | links: proxy"
            })
    void leavesWhatWasMeasuredAndNothingElse(String command, String sign) throws IOException {
        Set<Path> before = temporary();
        Path out = directory.resolve("out");
        List<String> words = new ArrayList<>(List.of("lab"));
        words.addAll(List.of(command.split(" ")));
        words.addAll(List.of("--target", "mosquitto", "--out", out.toString()));
        List<ProcessHandle> children;
        try (Child lab = Child.skein(words.toArray(String[]::new))) {
            if (!sign.equals("-")) {
                lab.awaitErr(Pattern.compile(sign));
            }
            ProcessHandle process = ProcessHandle.of(lab.pid()).orElseThrow();
            lab.await(() -> process.descendants().findAny().isPresent());
            children = process.descendants().toList();

            try (Child kill = Child.start(List.of("kill", "-s", "INT", Long.toString(lab.pid())))) {
                assertThat(kill.awaitExit()).isZero();
            }
            assertThat(lab.awaitExit()).as(lab.toString()).isEqualTo(130);
        }
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(temporary()).isSubsetOf(before);
        try (Stream<Path> files = Files.walk(out)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    /** What the laboratory may have in the directory for temporary files. */
    private static Set<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("skein-lab-t"))
                    .collect(Collectors.toSet());
        }
    }
}
