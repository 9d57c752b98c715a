package io.skein.cluster.bridge;

import java.util.concurrent.atomic.LongAdder;

/** What a link counts; any thread may read. */
final class LinkCounters {
    final LongAdder connects = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder looped = new LongAdder();
    final LongAdder refused = new LongAdder();
}
