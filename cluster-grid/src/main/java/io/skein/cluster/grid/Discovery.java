package io.skein.cluster.grid;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes of a cluster find each other. Whoever is found tells where else the grid is, and
 * the grid's own entries where links are accepted; so nothing but this has to be known beforehand.
 */
sealed interface Discovery {
    String OPTION = "discovery";
    String SEEDS = "seeds";
    String MULTICAST = "multicast";
    String DNS_NAME = "dns-name";
    String DNS_SERVER = "dns-server";

    String BY_SEEDS = "seeds";
    String BY_MULTICAST = "multicast";
    String BY_DNS = "dns";

    /** Site-local: routers keep it where it is. */
    String GROUP_STANDARD = "239.255.18.83:7800";

    int DNS_PORT = 53;

    /** The part of the grid's stack of protocols that does it, for a node that listens there. */
    String protocol(InetSocketAddress bind);

    /** Where others are looked for, as the end of a sentence. */
    String place();

    /**
     * At stated addresses.
     *
     * @param addresses never empty
     */
    record Seeds(List<InetSocketAddress> addresses) implements Discovery {
        @Override
        public String protocol(InetSocketAddress bind) {
            return "<TCPPING initial_hosts=\"%s\" port_range=\"0\"/>"
                    .formatted(
                            addresses.stream()
                                    .map(seed -> "%s[%d]".formatted(host(seed), seed.getPort()))
                                    .collect(Collectors.joining(",")));
        }

        @Override
        public String place() {
            return addresses.stream().map(Discovery::text).collect(Collectors.joining(", "));
        }
    }

    /** By calling into a multicast group, on the interface on which the node listens. */
    record Multicast(InetSocketAddress group) implements Discovery {
        @Override
        public String protocol(InetSocketAddress bind) {
            return "<MPING bind_addr=\"%s\" mcast_addr=\"%s\" mcast_port=\"%d\"/>"
                    .formatted(host(bind), host(group), group.getPort());
        }

        @Override
        public String place() {
            return "the multicast group " + text(group);
        }
    }

    /**
     * At the addresses that a name has.
     *
     * @param name of SRV records, which tell ports too, if it begins with an underscore; otherwise
     *     nodes listen there on the port of this one
     * @param server who is asked; null for those that the system asks
     */
    record Dns(String name, @Nullable InetSocketAddress server) implements Discovery {
        static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

        @Override
        public String protocol(InetSocketAddress bind) {
            return "<%s dns_query=\"%s\" dns_record_type=\"%s\" dns_address=\"%s\"/>"
                    .formatted(
                            NameDiscovery.class.getName(),
                            name,
                            records(bind),
                            server == null ? "" : text(server));
        }

        private String records(InetSocketAddress bind) {
            if (name.startsWith("_")) {
                return "SRV";
            }
            return bind.getAddress() instanceof Inet4Address ? "A" : "AAAA";
        }

        @Override
        public String place() {
            return server == null ? "DNS name " + name : name + " by DNS server " + text(server);
        }
    }

    /**
     * Reads the options that say so.
     *
     * @throws IllegalArgumentException if they are wrong or contradict each other
     */
    static Discovery of(Map<String, String> options, InetSocketAddress bind) {
        String kind = options.getOrDefault(OPTION, BY_SEEDS);
        kind(kind);
        belongs(options, SEEDS, BY_SEEDS, kind);
        belongs(options, MULTICAST, BY_MULTICAST, kind);
        belongs(options, DNS_NAME, BY_DNS, kind);
        belongs(options, DNS_SERVER, BY_DNS, kind);
        return switch (kind) {
            case BY_MULTICAST ->
                    multicast(group(options.getOrDefault(MULTICAST, GROUP_STANDARD)), bind);
            case BY_DNS -> dns(options);
            default -> seeds(options, bind);
        };
    }

    private static void belongs(
            Map<String, String> options, String option, String toKind, String kind) {
        if (!kind.equals(toKind) && !options.getOrDefault(option, "").isEmpty()) {
            throw new IllegalArgumentException(
                    "cluster.%s is for cluster.discovery: %s, and this is '%s'"
                            .formatted(option, toKind, kind));
        }
    }

    private static Discovery seeds(Map<String, String> options, InetSocketAddress bind) {
        List<InetSocketAddress> seeds = addresses(options.getOrDefault(SEEDS, ""));
        return new Seeds(seeds.isEmpty() ? List.of(bind) : seeds);
    }

    private static Discovery multicast(InetSocketAddress group, InetSocketAddress bind) {
        if (group.getAddress() instanceof Inet4Address
                != bind.getAddress() instanceof Inet4Address) {
            throw new IllegalArgumentException(
                    "cluster.multicast %s and cluster.bind %s are not both IPv4 or both IPv6"
                            .formatted(text(group), text(bind)));
        }
        return new Multicast(group);
    }

    private static Discovery dns(Map<String, String> options) {
        String name = options.getOrDefault(DNS_NAME, "");
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "cluster.discovery: dns needs cluster.dns-name, the name that has the addresses of"
                            + " all nodes");
        }
        name(name);
        String server = options.getOrDefault(DNS_SERVER, "");
        return new Dns(name, server.isEmpty() ? null : server(server));
    }

    /** Sees that a value is one of the kinds. */
    static void kind(String value) {
        if (!List.of(BY_SEEDS, BY_MULTICAST, BY_DNS).contains(value)) {
            throw new IllegalArgumentException(
                    "cluster.discovery is 'seeds', 'multicast' or 'dns', not '%s'"
                            .formatted(value));
        }
    }

    /** Several addresses with commas between them; perhaps none. */
    static List<InetSocketAddress> addresses(String value) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String seed : value.split(",", -1)) {
            if (!seed.isBlank()) {
                addresses.add(GridSettings.address(SEEDS, seed.strip(), 1));
            }
        }
        return List.copyOf(addresses);
    }

    /** The address of a multicast group. */
    static InetSocketAddress group(String value) {
        InetSocketAddress group = GridSettings.address(MULTICAST, value, 1);
        if (!group.getAddress().isMulticastAddress()) {
            throw new IllegalArgumentException(
                    "cluster.multicast is a multicast address such as %s, not '%s'"
                            .formatted(GROUP_STANDARD, value));
        }
        return group;
    }

    /** Sees that a value could be a name. */
    static void name(String value) {
        if (!Dns.NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "cluster.dns-name is a name such as skein.plant.example, not '%s'"
                            .formatted(value));
        }
    }

    /** The address of a DNS server. */
    static InetSocketAddress server(String value) {
        return GridSettings.address(DNS_SERVER, value, 1, DNS_PORT);
    }

    private static String host(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    private static String text(InetSocketAddress address) {
        String host = host(address);
        return "%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
    }
}
