package io.skein.broker.simulation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks for scripts that no test has thought of; see {@code docs/FUZZING.md}. */
class ConnectionFuzz {

    static List<byte[]> scripts() {
        return HostileScriptTest.scripts();
    }

    @MethodSource("scripts")
    @FuzzTest
    void scripts(byte[] script) {
        HostileScript.check(script);
    }
}
