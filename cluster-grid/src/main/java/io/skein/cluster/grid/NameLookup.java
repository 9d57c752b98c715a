package io.skein.cluster.grid;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jgroups.Address;
import org.jgroups.protocols.dns.DNSResolver;
import org.jgroups.stack.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a name means by DNS at this moment. No answer is no address: the name may have one soon. Any
 * thread may ask; the answer takes 3.5 s at most for each server that is silent.
 */
final class NameLookup implements DNSResolver {
    private static final Logger LOG = LoggerFactory.getLogger(NameLookup.class);

    /** How long the first of three questions waits; each further one waits twice as long. */
    private static final String PATIENCE_MILLIS = "500";

    private static final String QUESTIONS = "3";

    /** Of the words of an SRV record: priority, weight, port, target. */
    private static final int PORT = 2;

    private static final int TARGET = 3;

    /** The node's own port is meant. */
    private static final int ANY_PORT = 0;

    private final String server;

    /**
     * Asks nobody yet.
     *
     * @param server its address and port; empty for those that the system asks
     */
    NameLookup(String server) {
        this.server = server;
    }

    @Override
    public List<Address> resolveIps(String name, DNSRecordType type) {
        List<Address> found = new ArrayList<>();
        if (type == DNSRecordType.SRV) {
            for (String place : records(name, type)) {
                String[] words = place.split(" ");
                if (words.length > TARGET) {
                    int port = Integer.parseInt(words[PORT]);
                    hosts(words[TARGET], DNSRecordType.A, port, found);
                    hosts(words[TARGET], DNSRecordType.AAAA, port, found);
                }
            }
        } else {
            hosts(name, type, ANY_PORT, found);
        }
        LOG.debug("{} is {}", name, found);
        return found;
    }

    private void hosts(String name, DNSRecordType type, int port, List<Address> found) {
        for (InetAddress host : server.isEmpty() ? bySystem(name) : byServer(name, type)) {
            if (host instanceof Inet4Address == (type == DNSRecordType.A)) {
                found.add(new IpAddress(host, port));
            }
        }
    }

    private static List<InetAddress> bySystem(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            LOG.debug("{} has no address: {}", name, e.getMessage());
            return List.of();
        }
    }

    private List<InetAddress> byServer(String name, DNSRecordType type) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : records(name, type)) {
            addresses.add(InetAddress.ofLiteral(address));
        }
        return addresses;
    }

    /** The records as text; of what is no name, which JNDI might understand otherwise, none. */
    @SuppressWarnings("BanJNDI") // text of DNS records alone is read
    private List<String> records(String name, DNSRecordType type) {
        Properties settings = new Properties();
        settings.setProperty(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.setProperty(Context.PROVIDER_URL, "dns://" + server);
        settings.setProperty("com.sun.jndi.dns.timeout.initial", PATIENCE_MILLIS);
        settings.setProperty("com.sun.jndi.dns.timeout.retries", QUESTIONS);
        List<String> records = new ArrayList<>();
        if (!Discovery.Dns.NAME.matcher(name).matches()) {
            return records;
        }
        try {
            InitialDirContext context = new InitialDirContext(settings);
            try {
                Attribute answer =
                        context.getAttributes(name, new String[] {type.name()}).get(type.name());
                if (answer != null) {
                    NamingEnumeration<?> all = answer.getAll();
                    while (all.hasMore()) {
                        records.add(String.valueOf(all.next()));
                    }
                }
            } finally {
                context.close();
            }
        } catch (NamingException e) {
            LOG.debug("{} has no {} records: {}", name, type, e.toString());
        }
        return records;
    }

    @Override
    public void close() {
        // nothing is open between two questions
    }
}
