package io.skein.lab.load;

/**
 * Decides when the publishers of one event loop send: one implementation per kind of arrivals.
 * {@link #progressed} may be called from any thread; the rest belongs to the loop.
 */
interface Pump {
    /** Gives it a publisher of its loop; before the start, in the order of their numbers. */
    void add(PublisherRound publisher);

    /** Begins to send at this instant and ends at the other, both by {@link System#nanoTime}. */
    void start(long startNanos, long endNanos);

    /** The target acknowledged or delivered a message of this publisher. */
    void progressed(PublisherRound publisher);

    /** The buffers of this publisher's connection have room again. */
    void writable(PublisherRound publisher);

    /** Sends nothing any more, whether or not everything due was sent. */
    void stop();

    /** Whether it will send nothing any more; to be read by any thread. */
    boolean finished();

    /** Messages that were due but not sent; meaningful once finished, to be read on the loop. */
    long unsent();

    /** How often it gave up waiting for messages that do not arrive; to be read on the loop. */
    long writeOffs();
}
