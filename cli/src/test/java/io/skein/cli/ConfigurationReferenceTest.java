package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.skein.server.ConfigurationCheck;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationLoader;
import io.skein.server.config.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationReferenceTest {
    private static final Path PAGE =
            Path.of(System.getProperty("basedir", ""))
                    .toAbsolutePath()
                    .resolveSibling("docs/configuration.md");

    private static final String WRITE =
            "./mvnw -pl cli -am test -Dtest='ConfigurationReferenceTest'"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dskein.docs=write";

    @Test
    void thePageListsWhatTheCodeReads() throws IOException {
        String right = ConfigurationReference.markdown();
        if ("write".equals(System.getProperty("skein.docs"))) {
            Files.writeString(PAGE, right);
        }
        assertThat(Files.readString(PAGE)).as("out of date; written by: " + WRITE).isEqualTo(right);
    }

    static Stream<String> examplesInYaml() throws IOException {
        return Pattern.compile("(?s)```yaml\\n(.*?)```")
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1));
    }

    @ParameterizedTest
    @MethodSource
    void examplesInYaml(String yaml) {
        assertThatCode(() -> new ConfigurationLoader(Map.of(), List.of()).load("example", yaml))
                .doesNotThrowAnyException();
    }

    static Stream<Keys.Entry> entriesWithExample() {
        return Keys.reference().stream().filter(entry -> !entry.example().isEmpty());
    }

    @ParameterizedTest
    @MethodSource
    void entriesWithExample(Keys.Entry entry) throws Exception {
        String path = entry.path().replace("[]", ".0");
        List<String> others =
                needs(path).stream().filter(other -> !other.startsWith(path + "=")).toList();
        List<String> options = new ArrayList<>(others);
        options.addAll(List.of("listeners.0.allow-anonymous=true", path + "=" + entry.example()));

        assertThat(new ConfigurationLoader(Map.of(), options).load().settings())
                .anyMatch(setting ->
                        setting.path().equals(path) && setting.value().equals(entry.example()));
        Map<String, String> environment = new HashMap<>();
        environment.put("SKEIN_LISTENERS_0_ALLOW_ANONYMOUS", "true");
        environment.put(entry.environment(), entry.example());
        assertThat(new ConfigurationLoader(environment, others).load().settings())
                .anyMatch(setting -> setting.origin().equals(entry.environment()));
    }

    /** What a key has no meaning without. */
    private static List<String> needs(String path) {
        return switch (path) {
            case "listeners.0.tls.client-ca" ->
                    List.of(
                            "listeners.0.tls.certificate=c",
                            "listeners.0.tls.key=k",
                            "listeners.0.tls.client-certificate=required");
            case "listeners.0.tls.client-crl" ->
                    List.of(
                            "listeners.0.tls.certificate=c",
                            "listeners.0.tls.key=k",
                            "listeners.0.tls.client-ca=a",
                            "listeners.0.tls.client-certificate=required");
            case String tls when tls.startsWith("listeners.0.tls.") ->
                    List.of("listeners.0.tls.certificate=c", "listeners.0.tls.key=k");
            case "listeners.0.allowed-origins" -> List.of("listeners.0.protocol=websocket");
            case "listeners.0.trusted-proxies" -> List.of("listeners.0.proxy-protocol=true");
            default -> List.of();
        };
    }

    @Test
    void theOptionsOfTheGridAreChecked() {
        ConfigurationLoader loader =
                new ConfigurationLoader(
                        Map.of("SKEIN_CLUSTER_REPLICAS", "none"),
                        List.of("architecture=grid", "cluster.seds=a:1", "data=."),
                        ConfigurationCheck::problems);

        assertThat(catchThrowable(loader::load).getMessage().lines())
                .containsExactlyInAnyOrder(
                        "SKEIN_CLUSTER_REPLICAS: cluster.replicas is a number of nodes, 1 or more, not"
                                + " 'none'",
                        "--set cluster.seds=a:1: the architecture 'grid' has no option 'seds'; did you"
                                + " mean 'cluster.seeds'?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    architecture=grid cluster.bind=0.0.0.0:7800                  | other machines can reach cluster.bind 0.0.0.0
                    architecture=grid cluster.discovery=dns                      | cluster.discovery: dns needs cluster.dns-name
                    architecture=grid cluster.tls-key=k.pem                      | and cluster.tls-authority belong together
                    architecture=redis                                           | cluster.redis says where Redis is
                    architecture=bridge cluster.links.0.name=a cluster.links.0.address=mqtt://a:1883 cluster.links.0.topics=# cluster.links.0.password=p | a password needs a username
                    """)
    void optionsThatDoNotGoTogetherAreToldBeforeANodeIsStarted(String settings, String why) {
        List<String> all = new ArrayList<>(List.of(settings.split(" ")));
        all.add("data=.");
        ConfigurationLoader loader =
                new ConfigurationLoader(Map.of(), all, ConfigurationCheck::problems);

        assertThatThrownBy(loader::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--set architecture=")
                .hasMessageContaining(why);
    }
}
