package io.skein.lab.stress;

import java.util.Map;

/** What held a run back, as far as its figures tell. */
enum Bound {
    NOTHING("nothing: the rate asked for was reached and nothing was lost"),
    CONNECTIONS("connections that were lost or stuck"),
    QUEUES("queue limits of the broker, which itself counts what was lost as dropped"),
    LOSS("loss that the broker does not count as dropped, or has no figure for"),
    BROKER_CPU("CPU of the broker"),
    MACHINE("CPU of the machine, which broker and laboratory share"),
    GENERATOR("the laboratory's publishers"),
    ANALYSER("the laboratory's analyser"),
    ROUND_TRIPS("round trips: each instance waits for acknowledgements of 20 messages at most"),
    BROKER("the broker or the network, which did not take messages in time"),
    UNKNOWN("not told by these figures");

    /** From this share of a core on, a thread is full. */
    private static final double FULL = 0.9;

    private static final double IDLE_LITTLE = 0.05;
    private static final double REACHED = 0.98;

    /** From this share of the loss on, the broker's own count explains it. */
    private static final double EXPLAINED = 0.9;

    /** Averages over time, which say something else than a count. */
    private static final String AVERAGES = "/load/";

    private final String words;

    Bound(String words) {
        this.words = words;
    }

    /** In words. */
    String words() {
        return words;
    }

    /** What held this run back. */
    static Bound of(RunResult run, int cpus) {
        boolean paced = Double.isFinite(run.askedPerSecond());
        boolean reached = paced && run.sentPerSecond() >= REACHED * run.askedPerSecond();
        if (!run.disconnects().isEmpty()) {
            return CONNECTIONS;
        }
        if (run.lost() > 0 && run.sentKnown()) {
            return dropped(run) >= EXPLAINED * run.lost() ? QUEUES : LOSS;
        }
        if (reached) {
            return NOTHING;
        }
        if (brokerIsFull(run, cpus)) {
            return BROKER_CPU;
        }
        if (run.publisherLoopShare() >= FULL) {
            return GENERATOR;
        }
        if (run.analyserLoopShare() >= FULL) {
            return ANALYSER;
        }
        if (run.hostIdleShare() < IDLE_LITTLE) {
            return MACHINE;
        }
        if (run.publisherQos() > 0 && !paced) {
            return ROUND_TRIPS;
        }
        if (paced && run.latenessP99Micros() > 1_000.0 * run.delayMs()) {
            return GENERATOR;
        }
        return run.publisherQos() > 0 || !paced ? BROKER : UNKNOWN;
    }

    /** A broker with one or two threads is full with one processor, others with all. */
    private static boolean brokerIsFull(RunResult run, int cpus) {
        double all = run.targetThreads() <= 2 ? 1 : cpus;
        return run.targetCpuShare() >= FULL * all;
    }

    /** How many messages the broker says it dropped, NaN if it says nothing. */
    static double dropped(RunResult run) {
        return run.sysChange().entrySet().stream()
                .filter(entry -> entry.getKey().contains("dropped"))
                .filter(entry -> !entry.getKey().contains(AVERAGES))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(Double.NaN);
    }
}
