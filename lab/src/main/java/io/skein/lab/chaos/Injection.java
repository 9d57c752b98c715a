package io.skein.lab.chaos;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Node;
import io.skein.lab.fault.NodeNetwork;
import io.skein.lab.link.Link;
import io.skein.lab.link.LinkProfile;
import io.skein.lab.link.LinkProfiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes one fault of the plan, and undoes it; both tell by what it was seen. */
final class Injection {
    private static final int DELAY_MILLIS = 150;
    private static final String DELAYED = "none:delay=" + DELAY_MILLIS + "ms,jitter=20ms";
    private static final String LOSSY = "none:loss=10%";
    private static final String CLEAR = "none";

    /** Shorter than any session is kept. */
    private static final long JUMP_SECONDS = 300;

    private static final int PROBES = 200;

    private final Cluster cluster;
    private final PlannedFault fault;
    private final Node node;

    Injection(Cluster cluster, PlannedFault fault) {
        this.cluster = cluster;
        this.fault = fault;
        this.node = cluster.nodes().get(fault.node());
    }

    /** What is going to be done. */
    String inWords() {
        return switch (fault.kind()) {
            case KILL -> "SIGKILL";
            case RESTART -> "SIGTERM";
            case FREEZE -> "SIGSTOP";
            case PARTITION -> "nothing passes between it and " + words(others());
            case DELAY -> "its link to clients is " + DELAYED;
            case LOSS -> "its link to clients is " + LOSSY;
            case DISK -> "its file system is filled";
            case CLOCK -> "its clock is set by %d s".formatted(JUMP_SECONDS);
        };
    }

    /**
     * Makes it.
     *
     * @return the proof that it holds, in words
     * @throws FaultFailedException if it does not
     */
    String begin() throws FaultFailedException {
        return switch (fault.kind()) {
            case KILL -> node.kill();
            case RESTART -> node.terminate();
            case FREEZE -> node.freeze();
            case PARTITION -> cut();
            case DELAY -> delay();
            case LOSS -> lose();
            case DISK -> cluster.disk(fault.node()).fill();
            case CLOCK -> cluster.clock(fault.node()).jump(JUMP_SECONDS);
        };
    }

    /**
     * Undoes it; a node that has ended meanwhile is started again.
     *
     * @return the proof that it is undone, in words
     * @throws FaultFailedException if it is not
     */
    String end() throws FaultFailedException {
        return switch (fault.kind()) {
            case KILL, RESTART -> cluster.startAgain(node);
            case FREEZE -> node.isAlive() ? node.thaw() : revive();
            case PARTITION -> heal();
            case DELAY, LOSS -> clear();
            case DISK -> {
                String room = cluster.disk(fault.node()).empty();
                yield node.isAlive() ? room : room + "; " + revive();
            }
            case CLOCK -> {
                String right = cluster.clock(fault.node()).jump(0);
                yield node.isAlive() ? right : right + "; " + revive();
            }
        };
    }

    private String revive() throws FaultFailedException {
        return "%s; %s".formatted(node.ended(), cluster.startAgain(node));
    }

    /** What a cut lies between: the other nodes, and what all need beside them. */
    private List<Integer> others() {
        List<Integer> others = new ArrayList<>();
        for (int other = 0; other < cluster.everybody().size(); other++) {
            if (other != fault.node()) {
                others.add(other);
            }
        }
        return others;
    }

    private String words(List<Integer> others) {
        return String.join(", ", others.stream().map(this::name).toList());
    }

    private String cut() throws FaultFailedException {
        NodeNetwork network = cluster.network();
        for (int other : others()) {
            network.cut(fault.node(), other);
        }
        List<String> proofs = new ArrayList<>();
        for (int other : others()) {
            if (reaches(other)) {
                throw new FaultFailedException(
                        "%s still reaches %s".formatted(node.name(), name(other)));
            }
            proofs.add(
                    isAlive(other)
                            ? "no connection to " + name(other)
                            : name(other) + " does not run");
        }
        return String.join(", ", proofs);
    }

    private String heal() throws FaultFailedException {
        NodeNetwork network = cluster.network();
        for (int other : others()) {
            network.heal(fault.node(), other);
        }
        List<String> proofs = new ArrayList<>();
        for (int other : others()) {
            if (!isAlive(other)) {
                proofs.add(name(other) + " does not run");
                continue;
            }
            if (!reaches(other)) {
                throw new FaultFailedException(
                        "%s does not reach %s".formatted(node.name(), name(other)));
            }
            proofs.add("connects to " + name(other));
        }
        return String.join(", ", proofs);
    }

    private boolean reaches(int other) throws FaultFailedException {
        int port = cluster.everybody().get(other).launch().address().port();
        return cluster.network().reaches(fault.node(), other, port);
    }

    private boolean isAlive(int other) {
        return cluster.everybody().get(other).isAlive();
    }

    private String name(int other) {
        return cluster.everybody().get(other).name();
    }

    private String delay() throws FaultFailedException {
        cluster.link(fault.node()).change(LinkProfiles.parse(DELAYED));
        double millis = roundTripMillis();
        if (millis < DELAY_MILLIS) {
            throw new FaultFailedException(
                    "a round trip through the link takes %.0f ms only".formatted(millis));
        }
        return String.format(Locale.ROOT, "a round trip through the link took %.0f ms", millis);
    }

    private String lose() throws FaultFailedException {
        Link link = cluster.link(fault.node());
        link.change(LinkProfiles.parse(LOSSY));
        long before = lost(link);
        for (int probe = 1; probe <= PROBES; probe++) {
            roundTripMillis();
            if (lost(link) > before) {
                return "%d segments were lost within %d probes"
                        .formatted(lost(link) - before, probe);
            }
        }
        throw new FaultFailedException("no segment was lost in %d probes".formatted(PROBES));
    }

    private static long lost(Link link) {
        return link.traffic().up().lostSegments() + link.traffic().down().lostSegments();
    }

    private String clear() throws FaultFailedException {
        LinkProfile clear = LinkProfiles.parse(CLEAR);
        Link link = cluster.link(fault.node());
        link.change(clear);
        String back =
                String.format(
                        Locale.ROOT,
                        "a round trip through the link took %.1f ms",
                        roundTripMillis());
        return node.isAlive() ? back : back + "; " + revive();
    }

    private double roundTripMillis() throws FaultFailedException {
        BrokerAddress address = cluster.addresses().get(fault.node());
        return Echo.millis(address);
    }
}
