package io.skein.lab.fault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network of the kernel by itself, with one interface to others, called {@code eth0} inside.
 * Written down before it is made, so that it does not outlive the runs of this machine. Needs root.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** Its interface, as it is called inside. */
    public static final String INTERFACE = "eth0";

    /** What reaches itself alone. */
    public static final String LOOPBACK = "lo";

    private final String name;

    /** The interface of this machine that leads to it. */
    private @Nullable String here;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /** What is missing to make some, in words; null if nothing is. */
    public static @Nullable String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "network namespaces need root";
        }
        try {
            ShellCommand.mustRun(List.of("ip", "netns", "list"));
            return null;
        } catch (FaultFailedException e) {
            return "network namespaces need ip (iproute2): " + e.getMessage();
        }
    }

    /**
     * Makes one that nothing leads to, with its loopback up.
     *
     * @throws FaultFailedException if that is not possible
     */
    public static NetworkNamespace make(String name, Leftovers leftovers)
            throws FaultFailedException {
        leftovers.namespace(name);
        ShellCommand.line("ip netns add " + name);
        NetworkNamespace made = new NetworkNamespace(name);
        try {
            made.ip("link set lo up");
            return made;
        } catch (FaultFailedException e) {
            made.close();
            throw e;
        }
    }

    /**
     * Joins it with this machine: a pair of interfaces, of which this one is not up yet.
     *
     * @param here what the interface of this machine is called, 15 characters at most
     * @param address of the interface inside, with the length of its prefix
     */
    void join(String here, String address) throws FaultFailedException {
        this.here = here;
        ShellCommand.line(
                "ip link add %s type veth peer name %s netns %s".formatted(here, INTERFACE, name));
        ip("address add %s dev %s".formatted(address, INTERFACE));
        ip("link set %s up".formatted(INTERFACE));
    }

    /**
     * Joins it with this machine and nothing else: a network of two.
     *
     * @param here what the interface of this machine is called, 15 characters at most
     * @param hereAddress of that, with the length of its prefix
     * @param address of the interface inside, likewise
     * @throws FaultFailedException if that is not possible; closing removes what is there
     */
    public void join(String here, String hereAddress, String address) throws FaultFailedException {
        join(here, address);
        ShellCommand.line("ip address add %s dev %s".formatted(hereAddress, here));
        ShellCommand.line("ip link set %s up".formatted(here));
    }

    /** Its name, as {@code ip netns} has it. */
    public String name() {
        return name;
    }

    /** What stands for it in the file system. */
    public Path file() {
        return Leftovers.namespaceFile(name);
    }

    /**
     * Runs {@code ip} with these words inside.
     *
     * @throws FaultFailedException if it does not succeed; with what it said
     */
    public void ip(String words) throws FaultFailedException {
        ShellCommand.line("ip -n %s %s".formatted(name, words));
    }

    /** What stands before a command that is to run inside. */
    List<String> prefix() {
        return new ArrayList<>(List.of("ip", "netns", "exec", name));
    }

    /** Removes it with its interfaces; what cannot be is told on the error output. */
    @Override
    public void close() {
        try {
            if (here != null) { // the kernel removes it too, but not before the command returns
                Leftovers.removeInterface(here);
            }
            Leftovers.removeNamespace(name);
        } catch (FaultFailedException e) {
            System.err.println(e.getMessage());
        }
    }
}
