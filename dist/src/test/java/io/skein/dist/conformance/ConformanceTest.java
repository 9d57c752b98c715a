package io.skein.dist.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConformanceTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SECTIONS =
            List.of("version\tsection\tname", "3.1.1\t3.1\tCONNECT", "5.0\t3.1\tCONNECT");
    private static final String PATH = "broker/src/test/java/SomeTest.java";

    private static Conformance repository;

    @BeforeAll
    static void read() throws IOException {
        repository = Conformance.read(ROOT);
    }

    // The repository.

    @Test
    void every_statement_has_a_test_or_a_reason_and_every_identifier_exists() {
        assertThat(repository.faults()).isEmpty();
    }

    @Test
    void the_page_is_up_to_date() throws IOException {
        assertThat(Files.readString(ROOT.resolve(Page.PATH)))
                .as("%s is out of date; write it with: %s", Page.PATH, Page.COMMAND)
                .isEqualTo(Page.of(repository));
    }

    // What would be found.

    @Test
    void a_test_shows_what_it_cites_within_above_or_in_its_name() {
        Conformance conformance =
                conformance(
                        """
                        class SomeTest {
                            @Test
                            void within() { // [MQTT-3.1.0-1]
                            }

                            // [MQTT-3.1.0-2]
                            @Test
                            void above() {}

                            @DisplayName("first [MQTT-3.1.0-3]")
                            @ParameterizedTest
                            void named() {}
                        }
                        """);
        assertThat(shown(conformance))
                .containsExactly(
                        "[MQTT-3.1.0-3] of 3.1.1: named",
                        "[MQTT-3.1.0-1] of 5.0: within",
                        "[MQTT-3.1.0-2] of 5.0: above");
    }

    @Test
    void words_behind_an_identifier_say_which_specification_is_meant() {
        Conformance conformance =
                conformance(
                        """
                        class SomeTest {
                            @Test // [MQTT-3.1.0-2] of 3.1.1, [MQTT-3.1.0-1] of both
                            void first() {}

                            @Test
                            void second() {} // [MQTT-3.1.0-2]
                        }
                        """);
        assertThat(shown(conformance))
                .containsExactly(
                        "[MQTT-3.1.0-1] of 3.1.1: first",
                        "[MQTT-3.1.0-2] of 3.1.1: first",
                        "[MQTT-3.1.0-1] of 5.0: first",
                        "[MQTT-3.1.0-2] of 5.0: second");
    }

    @Test
    void a_statement_without_test_or_reason_is_a_fault() {
        assertThat(conformance("class SomeTest {}").faults())
                .contains(
                        "[MQTT-3.1.0-1] of 5.0 is shown by no test, and statements.tsv gives no"
                                + " reason")
                .noneMatch(fault -> fault.startsWith("[MQTT-3.1.0-4]"));
    }

    @Test
    void an_identifier_that_does_not_exist_is_a_fault_in_tests_and_elsewhere() {
        Sources sources =
                new Sources()
                        .withMain("mqtt/src/main/java/A.java", "class A {} // [MQTT-9.9.9-9]")
                        .withTest(PATH, "class B { @Test void b() {} // [MQTT-3.1.0-3] of both\n}");
        assertThat(Conformance.of(catalogue(), sources).faults())
                .contains(
                        "mqtt/src/main/java/A.java:1: [MQTT-9.9.9-9] does not exist",
                        PATH + ":1: [MQTT-3.1.0-3] does not exist");
    }

    @Test
    void a_table_of_samples_counts_when_a_test_uses_it() {
        String table =
                """
                class Samples {
                    static List<Sample> used() { return List.of(); } // [MQTT-3.1.0-1]

                    static List<Sample> unused() { return List.of(); } // [MQTT-3.1.0-2]
                }
                """;
        Sources sources =
                new Sources()
                        .withTest("mqtt/src/test/java/Samples.java", table)
                        .withTest("mqtt/src/test/java/ATest.java", "x = Samples.used();");
        Conformance conformance = Conformance.of(catalogue(), sources);
        assertThat(shown(conformance)).containsExactly("[MQTT-3.1.0-1] of 5.0: used");
        assertThat(conformance.faults())
                .contains(
                        "mqtt/src/test/java/Samples.java:4: [MQTT-3.1.0-2] stands at"
                                + " Samples.unused, which no test uses");
    }

    @Test
    void a_reason_beside_a_test_is_a_fault() {
        Conformance conformance =
                conformance("class SomeTest { @Test void a() {} // [MQTT-3.1.0-4]\n}");
        assertThat(conformance.faults())
                .anyMatch(fault -> fault.startsWith("[MQTT-3.1.0-4] of 5.0 is OPEN in"));
    }

    @Test
    void a_reason_says_whether_the_statement_is_exempt_or_open() {
        List<String> wrong = List.of("version", "5.0\tMQTT-3.1.0-1\tclient\tgist\tlater");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse(wrong, SECTIONS))
                .withMessageContaining("begins with neither 'exempt: ' nor 'open: '");
    }

    private static Conformance conformance(String test) {
        return Conformance.of(catalogue(), new Sources().withTest(PATH, test));
    }

    private static Catalogue catalogue() {
        return Catalogue.parse(
                List.of(
                        "version\tid\tbinds\tgist\tnot shown because",
                        "3.1.1\tMQTT-3.1.0-1\tclient\tfirst",
                        "3.1.1\tMQTT-3.1.0-2\tserver\tsecond",
                        "3.1.1\tMQTT-3.1.0-3\tboth\tthird",
                        "5.0\tMQTT-3.1.0-1\tclient\tfirst",
                        "5.0\tMQTT-3.1.0-2\tserver\tsecond",
                        "5.0\tMQTT-3.1.0-4\tserver\tfourth\topen: nobody came to it"),
                SECTIONS);
    }

    private static List<String> shown(Conformance conformance) {
        return conformance.catalogue().all().stream()
                .flatMap(statement ->
                        conformance.showings(statement).stream()
                                .map(showing -> statement + ": " + showing.method()))
                .toList();
    }
}
