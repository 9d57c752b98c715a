package io.skein.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectiveYamlTest {
    private static final ConfigurationLoader LOADER =
            new ConfigurationLoader(
                    Map.of("SKEIN_THREADS", "3", "SKEIN_CLUSTER_SECRET", "hush"),
                    List.of("listeners.1.bind=[::1]:1885"));

    private static Configuration load(ConfigurationLoader loader, String yaml)
            throws ConfigurationException {
        return loader.load("skein.yaml", yaml);
    }

    @Test
    void everyValueHasItsOrigin() throws ConfigurationException {
        Configuration configuration = load(LOADER, "node:\n  name: a\ncluster: {name: b}\n");

        assertThat(configuration.settings())
                .extracting(
                        EffectiveSetting::path, EffectiveSetting::value, EffectiveSetting::origin)
                .contains(
                        tuple("node.name", "a", "skein.yaml:2"),
                        tuple("threads", "3", "SKEIN_THREADS"),
                        tuple("durability", "sync", "default"),
                        tuple("listeners.0.bind", "127.0.0.1:1883", "default"),
                        tuple(
                                "listeners.1.bind",
                                "[::1]:1885",
                                "--set listeners.1.bind=[::1]:1885"),
                        tuple("cluster.name", "b", "skein.yaml:3"));
    }

    @Test
    void whatIsPrintedMeansTheSameWhenItIsRead() throws ConfigurationException {
        Configuration configuration = load(LOADER, "node:\n  name: a\n");
        String yaml = EffectiveYaml.of(configuration.settings());

        Configuration again = load(new ConfigurationLoader(Map.of(), List.of()), yaml);

        assertThat(again.listeners()).isEqualTo(configuration.listeners());
        assertThat(again.settings())
                .extracting(EffectiveSetting::path, EffectiveSetting::shown)
                .containsExactlyElementsOf(
                        configuration.settings().stream()
                                .map(setting -> tuple(setting.path(), setting.shown()))
                                .toList());
    }

    @Test
    void secretsAreMasked() throws ConfigurationException {
        Configuration configuration = load(LOADER, "");

        assertThat(configuration.cluster()).containsEntry("secret", "hush");
        assertThat(EffectiveYaml.of(configuration.settings()))
                .contains("secret: \"********\"")
                .doesNotContain("hush");
        assertThat(configuration.settings().toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "#x", "a: b", "a:", "null", "", "\"", "\\", "a\nb", "*x", "-", "é"})
    void anyTextSurvives(String value) throws ConfigurationException {
        List<EffectiveSetting> settings =
                List.of(new EffectiveSetting("cluster.x", value, "here", false, false));

        Configuration configuration =
                load(new ConfigurationLoader(Map.of(), List.of()), EffectiveYaml.of(settings));

        assertThat(configuration.cluster()).containsEntry("x", value);
    }
}
