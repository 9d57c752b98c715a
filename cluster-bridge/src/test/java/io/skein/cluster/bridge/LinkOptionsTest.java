package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkOptionsTest {
    private static Map<String, String> with(String... settings) {
        Map<String, String> options =
                new HashMap<>(
                        Map.of(
                                "links.0.name", "cloud",
                                "links.0.address", "mqtts://cloud.example",
                                "links.0.topics", "a/# out 1,b/# in 2 \"\" x/"));
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            options.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return options;
    }

    @Test
    void aLinkHasWhatIsGivenAndStandardsOtherwise() {
        List<LinkSettings> links = LinkOptions.read("edge", with("links.0.username=u"));
        LinkSettings link = links.getFirst();
        assertThat(links).hasSize(1);
        assertThat(link.address()).isEqualTo(new FarAddress("cloud.example", 8883, true));
        assertThat(link.clientId()).isEqualTo("skein-edge-cloud");
        assertThat(link.peer()).isEqualTo("cloud");
        assertThat(link.rules()).hasSize(2);
        assertThat(link.dialects()).containsExactly(Dialect.values());
        assertThat(link.mayEcho()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "links.0.address=http://x|is not mqtt://host",
                "links.0.address=mqtt://x:70000|is no port",
                "links.0.node=edge|which is this node",
                "links.0.admin=cloud:18830|is not http://host:port",
                "links.0.protocol=3|is no protocol",
                "links.0.password=p|a password needs a username",
                "links.0.certificate=pom.xml|certificate and key go together",
                "links.0.ca=/nowhere.pem|cannot be read",
                "links.0.keep-alive-seconds=4|is not a number from 5 to 65535",
                "links.0.interest=yes|is not true or false",
                "links.0.colour=red|there is no option 'links.0.colour'",
                "links.1.name=other|links.1.address is missing",
                "topology=edge/other|the topology has no edge/cloud",
            })
    void whatIsWrongIsRefusedAndSaid(String setting, String why) {
        assertThatThrownBy(() -> LinkOptions.read("edge", with(setting)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void twoLinksOfOneNameAreRefused() {
        Map<String, String> options =
                with("links.1.name=cloud", "links.1.address=mqtt://y", "links.1.topics=a");
        assertThatThrownBy(() -> LinkOptions.read("edge", options))
                .hasMessageContaining("two links are called 'cloud'");
    }

    @Test
    void aLinkOfARingSpeaksMqtt5Only() {
        String ring = "topology=edge/cloud,cloud/third,third/edge";
        assertThat(LinkOptions.read("edge", with(ring)).getFirst().dialects())
                .containsExactly(Dialect.MQTT_5);
        assertThatThrownBy(() -> LinkOptions.read("edge", with(ring, "links.0.protocol=3.1.1")))
                .hasMessageContaining("link 'cloud'", "in a ring, which needs protocol 5");
    }

    @Test
    void aLinkToALeafOfATopologyMaySpeakOlderVersions() {
        String tree = "topology=edge/cloud,edge/third,third/fourth,fourth/edge";
        assertThat(LinkOptions.read("edge", with(tree)).getFirst().dialects())
                .containsExactly(Dialect.values());
    }

    @Test
    void topicsThatWouldComeBackAreKnown() {
        assertThat(LinkOptions.read("edge", with("links.0.topics=a/# both")).getFirst().mayEcho())
                .isTrue();
    }
}
