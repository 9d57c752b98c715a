package io.skein.cluster.bridge;

import io.skein.cluster.ArchitectureOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the links of a node out of its options. */
final class LinkOptions {
    static final String TOPOLOGY = "topology";

    private static final String LINKS = "links[].";
    private static final int LINKS_MAXIMUM = 100;
    private static final int PACKET_BYTES_MAXIMUM = 268_435_460;
    private static final Pattern PLACED = Pattern.compile("links\\.(0|[1-9]\\d{0,3})\\.(.+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern ADMIN =
            Pattern.compile("https?://(\\[[0-9A-Fa-f:.]+\\]|[^\\s:/@\\[\\]]+)(:\\d{1,5})?/?");
    private static final String NAMES = "up to 64 letters, digits, '.', '_' and '-'";

    /** All of them, in the order to show them. */
    static final List<ArchitectureOption> ALL =
            List.of(
                    option(
                            TOPOLOGY,
                            "pairs of brokers, a/b, with commas between them",
                            "",
                            "Which brokers links join, the same on every node: needed where they"
                                    + " form a ring or a mesh.",
                            Topology::parse),
                    option(LINKS + "name", NAMES, "", "Name of the link.", LinkOptions::name),
                    option(
                            LINKS + "address",
                            "mqtt://host[:port] or mqtts://host[:port]",
                            "",
                            "The broker to connect to.",
                            FarAddress::parse),
                    option(
                            LINKS + "topics",
                            "filter [out|in|both [qos [local-prefix [remote-prefix]]]], with"
                                    + " commas between them",
                            "",
                            "Which topics pass, which way, with which quality at most, and the"
                                    + " prefixes that stand before the filter on either side; out"
                                    + " and 1 where nothing is said, \"\" for no prefix.",
                            LinkOptions::rules),
                    option(
                            LINKS + "node",
                            NAMES,
                            "the name of the link",
                            "What the far side is called: node.name where it is a Skein node; the"
                                    + " same in every link to it.",
                            LinkOptions::name),
                    option(
                            LINKS + "admin",
                            "http://host:port or https://host:port",
                            "",
                            "Admin API of the far side, for the dashboard and skein nodes, which"
                                    + " show it as a node while the link is connected.",
                            LinkOptions::admin),
                    option(
                            LINKS + "client-id",
                            "1 to 256 characters",
                            "skein-, node.name, -, and the name of the link",
                            "Client id at the far side, which keeps its session there.",
                            LinkOptions::clientId),
                    option(
                            LINKS + "username",
                            "text",
                            "",
                            "User name at the far side.",
                            text -> text),
                    new ArchitectureOption(
                            LINKS + "password",
                            "text",
                            "",
                            "Password at the far side.",
                            true,
                            _ -> {}),
                    option(
                            LINKS + "protocol",
                            "auto, 5 or 3.1.1",
                            "auto",
                            "MQTT version at the far side; auto takes 5 where it is spoken.",
                            Dialect::named),
                    option(
                            LINKS + "interest",
                            "true or false",
                            "false",
                            "Asks the far side only for what clients and other links of this node"
                                    + " want, within the topics that come in.",
                            LinkOptions::flag),
                    option(
                            LINKS + "keep-alive-seconds",
                            "5 to 65535",
                            "30",
                            "Silence after which the far side is asked whether it is there.",
                            number(5, 65_535)),
                    option(
                            LINKS + "retry-seconds-maximum",
                            "1 to 3600",
                            "30",
                            "Longest pause between two attempts to connect; the first is half a"
                                    + " second.",
                            number(1, 3_600)),
                    option(
                            LINKS + "alarm-seconds",
                            "0 to 604800",
                            "300",
                            "How long a link may carry nothing before the log warns and"
                                    + " skein_link_alarm is 1; 0 for never.",
                            number(0, 604_800)),
                    option(
                            LINKS + "inflight-maximum",
                            "1 to 65535",
                            "500",
                            "QoS 1 and 2 messages unacknowledged by the far side; fewer where it"
                                    + " allows fewer.",
                            number(1, 65_535)),
                    option(
                            LINKS + "packet-bytes-maximum",
                            "100 to 268435460",
                            "what the far side says",
                            "Largest PUBLISH the far side is sent; larger ones are refused for"
                                    + " good. For far sides that have a limit and no MQTT 5 to say so.",
                            number(100, PACKET_BYTES_MAXIMUM)),
                    option(
                            LINKS + "ca",
                            "a PEM file",
                            "those the system trusts",
                            "Who may have issued the certificate of the far side.",
                            LinkOptions::readable),
                    option(
                            LINKS + "certificate",
                            "a PEM file",
                            "",
                            "Certificate this link shows the far side.",
                            LinkOptions::readable),
                    option(LINKS + "key", "a PEM file", "", "Its key.", LinkOptions::readable));

    private final String place;
    private final Map<String, String> values;

    private LinkOptions(String place, Map<String, String> values) {
        this.place = place;
        this.values = values;
    }

    private static ArchitectureOption option(
            String name,
            String values,
            String standard,
            String description,
            Function<String, ?> parse) {
        Consumer<String> check =
                text -> {
                    var _ = parse.apply(text);
                };
        return new ArchitectureOption(name, values, standard, description, false, check);
    }

    /**
     * The links of a node.
     *
     * @throws IllegalArgumentException if something is wrong; the message says what, and of which
     *     link
     */
    static List<LinkSettings> read(String node, Map<String, String> options) {
        Set<Integer> places = new TreeSet<>();
        for (String name : options.keySet()) {
            Matcher placed = PLACED.matcher(name);
            boolean known =
                    placed.matches() ? isKnown(LINKS + placed.group(2)) : name.equals(TOPOLOGY);
            if (!known) {
                throw new IllegalArgumentException("there is no option '" + name + "'");
            }
            if (placed.matches()) {
                places.add(Integer.parseInt(placed.group(1)));
            }
        }
        if (places.size() > LINKS_MAXIMUM) {
            throw new IllegalArgumentException("at most " + LINKS_MAXIMUM + " links are possible");
        }
        Topology topology = Topology.parse(options.getOrDefault(TOPOLOGY, ""));
        List<LinkSettings> links = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int place : places) {
            LinkSettings link = new LinkOptions("links." + place + ".", options).link(node);
            if (!names.add(link.name())) {
                throw new IllegalArgumentException("two links are called '" + link.name() + "'");
            }
            if (link.peer().equals(node)) {
                throw new IllegalArgumentException(
                        "link '%s' leads to '%s', which is this node".formatted(link.name(), node));
            }
            if (topology.isKnown() && !topology.joins(node, link.peer())) {
                throw new IllegalArgumentException(
                        "link '%s': the topology has no %s/%s"
                                .formatted(link.name(), node, link.peer()));
            }
            links.add(topology.isOnCycle(node, link.peer()) ? withPaths(link) : link);
        }
        return List.copyOf(links);
    }

    /** A link of a ring or mesh needs to know where messages have been: MQTT 5, nothing else. */
    private static LinkSettings withPaths(LinkSettings link) {
        if (!link.dialects().contains(Dialect.MQTT_5)) {
            throw new IllegalArgumentException(
                    "link '%s': the topology has it in a ring, which needs protocol 5"
                            .formatted(link.name()));
        }
        return link.withDialects(List.of(Dialect.MQTT_5));
    }

    private static boolean isKnown(String name) {
        return ALL.stream().anyMatch(option -> option.name().equals(name));
    }

    private LinkSettings link(String node) {
        String name = required("name", LinkOptions::name);
        try {
            return new LinkSettings(
                    name,
                    required("address", FarAddress::parse),
                    optional("node", LinkOptions::name, name),
                    optional("admin", LinkOptions::admin, ""),
                    optional("client-id", LinkOptions::clientId, "skein-" + node + "-" + name),
                    values.get(place + "username"),
                    values.get(place + "password"),
                    required("topics", LinkOptions::rules),
                    optional("protocol", Dialect::named, Dialect.named("auto")),
                    optional("interest", LinkOptions::flag, false),
                    optional("keep-alive-seconds", number(5, 65_535), 30),
                    optional("retry-seconds-maximum", number(1, 3_600), 30),
                    optional("alarm-seconds", number(0, 604_800), 300),
                    optional("inflight-maximum", number(1, 65_535), 500),
                    optional(
                            "packet-bytes-maximum",
                            number(100, PACKET_BYTES_MAXIMUM),
                            PACKET_BYTES_MAXIMUM),
                    file("ca"),
                    file("certificate"),
                    file("key"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("link '%s': %s".formatted(name, e.getMessage()), e);
        }
    }

    private <T> T required(String option, Function<String, T> parse) {
        String value = values.get(place + option);
        if (value == null) {
            throw new IllegalArgumentException(place + option + " is missing");
        }
        return parse.apply(value);
    }

    private <T> T optional(String option, Function<String, T> parse, T otherwise) {
        String value = values.get(place + option);
        return value == null ? otherwise : parse.apply(value);
    }

    private @Nullable Path file(String option) {
        return values.containsKey(place + option) ? required(option, LinkOptions::readable) : null;
    }

    private static Path readable(String text) {
        Path file = Path.of(text);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file + " cannot be read");
        }
        return file;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static String name(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException("'" + text + "' is not " + NAMES);
        }
        return text;
    }

    private static String admin(String text) {
        if (!ADMIN.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not http://host:port or https://host:port");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String clientId(String text) {
        if (text.isEmpty() || text.length() > 256) {
            throw new IllegalArgumentException("a client id has 1 to 256 characters");
        }
        return text;
    }

    private static List<TopicRule> rules(String text) {
        return Stream.of(text.split(",", -1)).map(TopicRule::parse).toList();
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is not true or false");
        };
    }

    private static Function<String, Integer> number(int least, int most) {
        return text -> {
            if (text.matches("\\d{1,9}")) {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw new IllegalArgumentException(
                    "'%s' is not a number from %d to %d".formatted(text, least, most));
        };
    }
}
