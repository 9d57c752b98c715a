package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes have for this one: messages for sessions that end with their connection and for
 * members of groups, and what they ask. Lives on the loop.
 */
final class NodeInbox {
    private final Redis redis;
    private final EventLoop loop;
    private final String key;
    private final LocalBroker broker;
    private final Questions questions;
    private final Groups groups;
    private final Consumer<Parcel.Release> release;
    private final Inbox inbox;
    private List<Long> handedOver = new ArrayList<>();
    private boolean takingOut;

    NodeInbox(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            Intake intake,
            LocalBroker broker,
            Questions questions,
            Groups groups,
            Consumer<Parcel.Release> release) {
        this.redis = redis;
        this.loop = loop;
        this.key = names.inbox(Names.node(self));
        this.broker = broker;
        this.questions = questions;
        this.groups = groups;
        this.release = release;
        this.inbox = new Inbox(redis, loop, names, Names.node(self), intake, 0, this::take);
        inbox.begin(new TreeMap<>());
    }

    void heard(long number, byte[] frame) {
        inbox.heard(number, frame);
    }

    /** The number of the last message that was taken. */
    long last() {
        return inbox.last();
    }

    void missed() {
        inbox.read();
    }

    /** Reads what there is, and then does something: what was told before counts no more. */
    void readAnew(Runnable then) {
        inbox.read(then);
    }

    private void take(long number, byte[] frame) {
        Completion handed =
                number == 0 ? Completion.IGNORED : _ -> loop.execute(() -> handedOver(number));
        switch (Parcel.decoded(frame)) {
            case Parcel.Mail mail -> broker.deliver(mail.message(), List.of(), handed);
            case Parcel.Shared shared -> giveToMember(number, shared);
            case Parcel.Release asked -> {
                release.accept(asked);
                handed.complete(null);
            }
            case Parcel.Answer answer -> {
                questions.answered(answer);
                handed.complete(null);
            }
        }
    }

    private void giveToMember(long number, Parcel.Shared shared) {
        InboxEntry entry = new InboxEntry(null, number);
        if (number != 0 && !redis.isCluster()) {
            shared.message().note(entry);
        }
        broker.deliver(
                shared.message(),
                false,
                List.of(shared.filter()),
                List.of(),
                List.of(),
                refusal -> loop.execute(() -> given(shared, entry, refusal)));
    }

    private void given(Parcel.Shared shared, InboxEntry entry, @Nullable Refusal refusal) {
        if (refusal == null) {
            if (entry.queued) {
                inbox.done(entry.number);
            } else if (entry.number != 0) {
                handedOver(entry.number);
            }
        } else if (entry.number == 0) {
            return; // QoS 0, and its last member has left
        } else if (refusal.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
            groups.passOn(entry.number, shared, passed(entry.number));
        } else {
            inbox.again(entry.number);
        }
    }

    private Groups.Passed passed(long number) {
        return new Groups.Passed() {
            @Override
            public void moved() {
                inbox.done(number);
            }

            @Override
            public void unwanted() {
                handedOver(number);
            }

            @Override
            public void stays() {
                inbox.again(number);
            }
        };
    }

    private void handedOver(long number) {
        handedOver.add(number);
        if (!takingOut) {
            takingOut = true;
            loop.execute(this::takeOut);
        }
    }

    /** What is handed over while others are taken out goes together. */
    private void takeOut() {
        List<Long> numbers = handedOver;
        handedOver = new ArrayList<>();
        byte[][] fields = new byte[numbers.size()][];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = Args.bytes(Long.toString(numbers.get(i)));
        }
        redis.commands()
                .hdel(Args.bytes(key), fields)
                .toCompletableFuture()
                .whenCompleteAsync(
                        (_, _) -> {
                            numbers.forEach(inbox::done);
                            takingOut = !handedOver.isEmpty();
                            if (takingOut) {
                                takeOut();
                            }
                        },
                        loop);
    }
}
