package io.skein.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.lab.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureCommandTest {
    private static final int[] CONNECT = {
        0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 2, 'a', 'b'
    };

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory = Path.of("");

    private int run(CaptureOptions options) {
        return CaptureCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private Path capture() throws IOException {
        return Files.write(
                directory.resolve("ready.pcap"),
                PcapBytes.conversation().up(0, CONNECT).down(0, 0x20, 2, 0, 0).bytes());
    }

    private CaptureOptions recording(String program, @Nullable Duration most, String... command) {
        return new CaptureOptions(
                null,
                directory.resolve("out"),
                Set.of(1883),
                "lo",
                program,
                most,
                List.of(command));
    }

    /** Says and does what tcpdump does, with a capture that is there already. */
    private String recorder(String last) throws IOException {
        Path script = directory.resolve("tcpdump-of-the-test");
        Files.writeString(
                script,
                """
                #!/bin/sh
                echo "$@" > %s/arguments
                echo "listening on lo" >&2
                cat %s
                %s
                """
                        .formatted(directory, capture(), last));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script.toString();
    }

    private static final String UNTIL_STOPPED =
            "trap 'echo \"3 packets dropped by kernel\" >&2; exit 0' TERM\nwhile :; do sleep 0.05; done";

    @Test
    @DisplayName("What passes while a command runs is recorded and listed; dropped frames are told")
    void whileACommandRuns() throws IOException {
        int exit = run(recording(recorder(UNTIL_STOPPED), null, "true"));
        assertThat(exit).as(said()).isEqualTo(CaptureCommand.OK);
        assertThat(Files.readString(directory.resolve("arguments"))).contains("tcp port 1883");
        assertThat(Files.readString(directory.resolve("out/listing.txt")))
                .contains("flight 1 (connect) done after 1 ms");
        assertThat(Files.readString(directory.resolve("out/flights.csv"))).contains("connect,1,1");
        assertThat(said()).contains("no room for 3 frames", "1 with MQTT, 2 MQTT packets");
    }

    @Test
    @DisplayName("A command that fails, or takes too long, leaves its capture")
    void commandFails() throws IOException {
        assertThat(run(recording(recorder(UNTIL_STOPPED), null, "false")))
                .as(said())
                .isEqualTo(CaptureCommand.COMMAND_FAILED);
        assertThat(directory.resolve("out/listing.txt")).isNotEmptyFile();
        assertThat(run(recording(recorder(UNTIL_STOPPED), null, "true")))
                .isEqualTo(CaptureCommand.FAILED);
        assertThat(said()).contains("holds another capture");
    }

    @Test
    @DisplayName("A command that does not end is ended when the time is over")
    void tooLong() throws IOException {
        int exit = run(recording(recorder(UNTIL_STOPPED), Duration.ofMillis(100), "sleep", "600"));
        assertThat(exit).as(said()).isEqualTo(CaptureCommand.OK);
    }

    @Test
    @DisplayName("A recorder that may not, or is not there, is told with its words")
    void cannotRecord() throws IOException {
        Path script = directory.resolve("dumpcap-that-may-not");
        Files.writeString(script, "#!/bin/sh\necho 'no permission for lo' >&2\nexit 1\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(run(recording(script.toString(), null))).isEqualTo(CaptureCommand.FAILED);
        assertThat(said()).contains("ended: no permission for lo");
        assertThat(run(recording("/nowhere/tcpdump", null))).isEqualTo(CaptureCommand.FAILED);
        assertThat(said()).contains("there is no program /nowhere/tcpdump");
    }

    @Test
    @DisplayName("A capture that is there is read to the terminal")
    void read() throws IOException {
        CaptureOptions options =
                new CaptureOptions(capture(), null, Set.of(), "lo", null, null, List.of());
        assertThat(run(options)).as(said()).isEqualTo(CaptureCommand.OK);
        assertThat(said()).contains("CONNECT      MQTT 3.1.1", "connect       1 flights, 1 done");
    }

    @Test
    @DisplayName("Options that do not fit together are refused")
    void refused() {
        assertThatThrownBy(() ->
                        new CaptureOptions(null, null, Set.of(1883), "lo", null, null, List.of()))
                .hasMessageContaining("--out");
        assertThatThrownBy(() ->
                        new CaptureOptions(
                                null, directory, Set.of(70_000), "lo", null, null, List.of()))
                .hasMessageContaining("port 70000");
    }
}
