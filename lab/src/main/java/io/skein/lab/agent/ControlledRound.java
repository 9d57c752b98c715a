package io.skein.lab.agent;

import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundPeers;
import io.skein.lab.measure.SequenceLedger;
import java.util.HashMap;
import java.util.Map;

/** The other agents of a round, of which an agent hears through its controller. */
final class ControlledRound implements RoundPeers {
    private final AgentSession session;
    private final NanoClock clock;
    private final Map<Integer, Long> sentByOthers = new HashMap<>();

    ControlledRound(AgentSession session, NanoClock clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public boolean areThere() {
        return true;
    }

    @Override
    public long awaitStart(long earliestNanos) throws LoadFailedException {
        session.say(new Message.Subscribed());
        long atNanos = session.take(Message.Begin.class).atNanos();
        long leadNanos = atNanos - clock.nanos();
        if (leadNanos < 0) {
            throw new LoadFailedException(
                    "the order to begin came %.1f ms after the first message was due"
                            .formatted(-leadNanos / 1e6),
                    null);
        }
        return System.nanoTime() + leadNanos;
    }

    @Override
    public Map<Integer, Long> exchangeSent(Map<Integer, Long> own) throws LoadFailedException {
        session.say(new Message.Sent(own));
        sentByOthers.putAll(session.take(Message.Sent.class).messages());
        return sentByOthers;
    }

    @Override
    public Map<Integer, SequenceLedger> exchangeAcknowledged(Map<Integer, SequenceLedger> own)
            throws LoadFailedException {
        Map<Integer, String> ranges = new HashMap<>();
        own.forEach((publisher, ledger) -> ranges.put(publisher, ledger.ranges()));
        session.say(new Message.Drained(ranges));
        Map<Integer, SequenceLedger> others = new HashMap<>();
        session.take(Message.Drained.class)
                .acknowledged()
                .forEach((publisher, text) -> {
                    long limit = sentByOthers.getOrDefault(publisher, 0L);
                    others.put(publisher, SequenceLedger.ofRanges(text, limit));
                });
        return others;
    }
}
