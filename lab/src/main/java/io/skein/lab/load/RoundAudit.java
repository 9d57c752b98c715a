package io.skein.lab.load;

import io.skein.lab.measure.LoopCounter;
import io.skein.lab.measure.SequenceLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Adds up the accounts of a round whose members are detached. */
final class RoundAudit {
    private final RoundMembers members;
    private final List<PairAccount> unclean = new ArrayList<>();
    private long uncleanPairs;
    private long lost;
    private long lostAcknowledged;
    private long duplicated;
    private long outOfOrder;

    /**
     * Deliveries with numbers that their publisher, another generator's, turned out not to have.
     */
    private long neverSent;

    RoundAudit(RoundMembers members, boolean shared) {
        this.members = members;
        if (shared) {
            members.subscribers().stream()
                    .collect(Collectors.groupingBy(SubscriberRound::topicNumber))
                    .values()
                    .forEach(this::auditGroup);
        } else {
            members.subscribers().forEach(this::auditOne);
        }
    }

    private void auditOne(SubscriberRound subscriber) {
        for (int p = 0; p < subscriber.publishers().size(); p++) {
            note(account(subscriber, p));
        }
    }

    private void auditGroup(List<SubscriberRound> group) {
        for (int p = 0; p < group.getFirst().publishers().size(); p++) {
            note(account(group, p));
        }
    }

    List<PairAccount> unclean() {
        return unclean;
    }

    long uncleanPairs() {
        return uncleanPairs;
    }

    Counts counts() {
        return new Counts(
                sum(meter -> meter.sent),
                members.pumps().stream().mapToLong(Pump::unsent).sum(),
                sum(meter -> meter.acknowledged),
                sum(meter -> meter.refused),
                sum(meter -> meter.unsettled),
                sum(meter -> meter.received) - neverSent,
                expected(members),
                lost,
                lostAcknowledged,
                duplicated,
                outOfOrder,
                sum(meter -> meter.corrupted) + neverSent,
                sum(meter -> meter.stale));
    }

    /** Deliveries due for what has been sent so far. */
    static long expected(RoundMembers members) {
        return members.accounts().mapToLong(each -> each.sent() * each.deliveries()).sum();
    }

    private long sum(Function<LoopMeter, LoopCounter> counter) {
        return members.meters().stream().mapToLong(meter -> counter.apply(meter).get()).sum();
    }

    private void note(PairAccount account) {
        lost += account.lost();
        lostAcknowledged += account.lostAcknowledged();
        duplicated += account.duplicated();
        outOfOrder += account.outOfOrder();
        if (!account.isClean()) {
            uncleanPairs++;
            if (unclean.size() < RoundResult.UNCLEAN_LIMIT) {
                unclean.add(account);
            }
        }
    }

    private PairAccount account(SubscriberRound subscriber, int position) {
        PublisherAccount publisher = subscriber.publishers().get(position);
        SequenceLedger arrived = subscriber.ledger(position);
        SequenceLedger ledger = arrived == null ? new SequenceLedger() : arrived;
        long distinct = ledger.distinctBelow(publisher.sent());
        neverSent += ledger.distinct() - distinct;
        long lost = publisher.sent() - distinct;
        return new PairAccount(
                publisher.index(),
                subscriber.index(),
                publisher.sent(),
                distinct + ledger.duplicates(),
                lost,
                lost == 0 ? 0 : lostAcknowledged(publisher, ledger),
                ledger.duplicates(),
                ledger.outOfOrder());
    }

    /** A message must have come to one of the group; its members' own repetitions count too. */
    private PairAccount account(List<SubscriberRound> group, int position) {
        PublisherAccount publisher = group.getFirst().publishers().get(position);
        List<SequenceLedger> ledgers =
                group.stream()
                        .map(member -> member.ledger(position))
                        .filter(Objects::nonNull)
                        .toList();
        long received = 0;
        long outOfOrder = 0;
        for (SequenceLedger ledger : ledgers) {
            long distinct = ledger.distinctBelow(publisher.sent());
            neverSent += ledger.distinct() - distinct;
            received += distinct + ledger.duplicates();
            outOfOrder += ledger.outOfOrder();
        }
        long lost = 0;
        long lostAcknowledged = 0;
        for (long sequence = 0; sequence < publisher.sent(); sequence++) {
            if (!isIn(ledgers, sequence)) {
                lost++;
                lostAcknowledged += publisher.acknowledged().contains(sequence) ? 1 : 0;
            }
        }
        return new PairAccount(
                publisher.index(),
                group.getFirst().index(),
                publisher.sent(),
                received,
                lost,
                lostAcknowledged,
                received - (publisher.sent() - lost),
                outOfOrder);
    }

    private static boolean isIn(List<SequenceLedger> ledgers, long sequence) {
        for (SequenceLedger ledger : ledgers) {
            if (ledger.contains(sequence)) {
                return true;
            }
        }
        return false;
    }

    private static long lostAcknowledged(PublisherAccount publisher, SequenceLedger arrived) {
        long count = 0;
        for (long sequence = 0; sequence < publisher.sent(); sequence++) {
            if (!arrived.contains(sequence) && publisher.acknowledged().contains(sequence)) {
                count++;
            }
        }
        return count;
    }
}
