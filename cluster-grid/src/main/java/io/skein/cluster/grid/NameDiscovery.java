package io.skein.cluster.grid;

import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.dns.DNS_PING;

/**
 * Discovery by DNS as JGroups has it, with lookups of our own: its own fail with an exception, each
 * time, while a DNS server that was named has no answer. Public, for JGroups makes it.
 */
public final class NameDiscovery extends DNS_PING {
    /** For JGroups, which finds the class by its name. */
    public NameDiscovery() {
        setId(ClassConfigurator.getProtocolId(DNS_PING.class));
    }

    @Override
    public void init() throws Exception {
        setDNSResolver(new NameLookup(dns_address));
        super.init();
    }
}
