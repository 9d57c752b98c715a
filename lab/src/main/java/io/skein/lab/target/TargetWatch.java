package io.skein.lab.target;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.watch.ProcessSample;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Measures what the processes behind some addresses use between {@link #begin} and {@link #end},
 * where they run on this machine. Used by one thread.
 */
public final class TargetWatch {
    private static final Path PROC = Path.of("/proc");

    private final List<BrokerAddress> targets;
    private final Set<Long> others;
    private final List<String> notes = new ArrayList<>();
    private final TreeMap<Long, ProcessSample> before = new TreeMap<>();
    private final List<TargetProcess> used = new ArrayList<>();
    private boolean complete;

    /** Watches these targets; each process counts once, however many of them it serves. */
    public TargetWatch(List<BrokerAddress> targets) {
        this(targets, Set.of());
    }

    /**
     * Watches these targets and what else they consist of.
     *
     * @param others processes beside those that listen, such as a store of the brokers; the ones
     *     that have only started brokers do not count
     */
    public TargetWatch(List<BrokerAddress> targets, Set<Long> others) {
        this.targets = targets;
        this.others = Set.copyOf(others);
    }

    /** Finds the processes and takes the first sample. */
    public void begin() {
        Set<Long> pids = new TreeSet<>();
        complete = true;
        for (BrokerAddress target : targets) {
            Set<Long> found =
                    isLocal(target) ? new ListeningProcesses(PROC).on(target.port()) : Set.of();
            if (found.isEmpty()) {
                complete = false;
                notes.add(
                        isLocal(target)
                                ? "no process of this machine that may be looked into listens on "
                                        + target
                                : target + " is not on this machine");
            } else if (found.contains(ProcessHandle.current().pid())) {
                complete = false;
                notes.add(target + " runs in the generator's own process");
            } else {
                pids.addAll(found);
            }
        }
        Set<Long> starters = new TreeSet<>();
        pids.forEach(pid -> addAncestors(pid, starters));
        others.stream().filter(pid -> !starters.contains(pid)).forEach(pids::add);
        for (long pid : pids) {
            ProcessSample.of(PROC, pid).ifPresent(sample -> before.put(pid, sample));
        }
    }

    private static void addAncestors(long pid, Set<Long> ancestors) {
        Optional<ProcessHandle> next = ProcessHandle.of(pid).flatMap(ProcessHandle::parent);
        while (next.isPresent() && ancestors.add(next.get().pid())) {
            next = next.get().parent();
        }
    }

    /** Takes the second sample. */
    public void end() {
        for (ProcessSample first : before.values()) {
            Optional<ProcessSample> last = ProcessSample.of(PROC, first.pid());
            if (last.isEmpty()) {
                complete = false;
                notes.add("process %d (%s) ended".formatted(first.pid(), first.command()));
                continue;
            }
            used.add(
                    new TargetProcess(
                            first.pid(),
                            first.command(),
                            last.get().cpuSeconds() - first.cpuSeconds(),
                            last.get().residentBytes(),
                            last.get().residentBytesMax(),
                            last.get().threads()));
        }
    }

    /** What the processes used. */
    public List<TargetProcess> processes() {
        return List.copyOf(used);
    }

    /** Whether every target was measured from begin to end. */
    public boolean isComplete() {
        return complete;
    }

    /** Why something was not measured, in words. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    static boolean isLocal(BrokerAddress target) {
        try {
            InetAddress address = InetAddress.getByName(target.host());
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }
}
