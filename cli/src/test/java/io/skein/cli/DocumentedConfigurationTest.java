package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show to be written is taken as it stands there. */
class DocumentedConfigurationTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("");

    private static final Pattern YAML = Pattern.compile("(?s)```yaml\\n(.*?)```");
    private static final Pattern BROKER =
            Pattern.compile("(?m)^(?:\\./)?skein broker (?:[^\\n\\\\]|\\\\\\n)*--set.*$");
    private static final Pattern SET = Pattern.compile("--set (\\S+)");

    static Stream<Arguments> examplesInYaml() throws IOException {
        return found(YAML, "SECURITY.md", "LISTENERS.md", "BRIDGE.md", "BALANCE.md", "CLUSTER.md");
    }

    @ParameterizedTest
    @MethodSource
    void examplesInYaml(String name, String example) throws Exception {
        Configuration configuration =
                new ConfigurationLoader(Map.of(), List.of()).load(name, example);

        assertThat(configuration.settings())
                .anyMatch(setting -> setting.origin().startsWith(name + ":"));
    }

    static Stream<Arguments> commands() throws IOException {
        return found(BROKER, "LISTENERS.md");
    }

    @ParameterizedTest
    @MethodSource
    void commands(String name, String command) throws Exception {
        List<String> settings =
                SET.matcher(command).results().map(option -> option.group(1)).toList();

        Configuration configuration = new ConfigurationLoader(Map.of(), settings).load();

        assertThat(configuration.settings())
                .as(name)
                .filteredOn(setting -> setting.origin().startsWith("--set "))
                .hasSameSizeAs(settings);
    }

    private static Stream<Arguments> found(Pattern pattern, String... pages) throws IOException {
        List<Arguments> examples = new ArrayList<>();
        for (String page : pages) {
            String text = Files.readString(ROOT.resolve("docs").resolve(page));
            List<MatchResult> matches = pattern.matcher(text).results().toList();
            assertThat(matches).as(page).isNotEmpty();
            for (MatchResult match : matches) {
                long line = 1 + text.substring(0, match.start()).lines().count();
                String example = match.group(match.groupCount());
                examples.add(Arguments.of(page + ":" + line, example));
            }
        }
        return examples.stream();
    }
}
