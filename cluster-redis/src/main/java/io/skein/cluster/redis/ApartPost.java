package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Redis is a cluster, where a call names keys of one slot: what goes into one inbox goes by one
 * call, and the changes of sessions that belong to a message are written when it is in all of them.
 * Lives on the loop.
 */
final class ApartPost implements Publisher.Post {
    private final EventLoop loop;
    private final SharedTable table;
    private final Appender appender;
    private final SessionWriter writer;

    ApartPost(EventLoop loop, SharedTable table, Appender appender, SessionWriter writer) {
        this.loop = loop;
        this.table = table;
        this.appender = appender;
        this.writer = writer;
    }

    /** What goes into the inbox of one record. */
    private static final class Letter {
        final List<Appender.Piece> pieces = new ArrayList<>();
        final List<Missing> messages = new ArrayList<>();
        final List<Outgoing.Delivery> deliveries = new ArrayList<>();

        void add(Missing one, Outgoing.Delivery delivery) {
            pieces.add(new Appender.Piece(delivery.kept, delivery.frame));
            messages.add(one);
            deliveries.add(delivery);
        }
    }

    @Override
    public void send(List<Outgoing> batch, Publisher publisher, Runnable then) {
        table.latest()
                .whenCompleteAsync(
                        (latest, failure) -> {
                            if (failure == null) {
                                table.whenAt(
                                        latest,
                                        () -> {
                                            post(batch, publisher);
                                            then.run();
                                        });
                            } else {
                                Refusal refusal = Refusals.of(failure);
                                batch.forEach(one -> publisher.partDone(one, refusal));
                                then.run();
                            }
                        },
                        loop);
    }

    /** A message waits for the calls that are under way for it, then for its changes. */
    private static final class Missing {
        final Outgoing message;
        int calls = 1;

        Missing(Outgoing message) {
            this.message = message;
        }
    }

    private void post(List<Outgoing> batch, Publisher publisher) {
        Map<String, Letter> letters = new LinkedHashMap<>();
        List<Missing> all = new ArrayList<>();
        for (Outgoing one : batch) {
            publisher.route(one);
            Missing missing = new Missing(one);
            all.add(missing);
            for (Outgoing.Delivery delivery : one.deliveries) {
                letters.computeIfAbsent(delivery.label, _ -> new Letter()).add(missing, delivery);
                missing.calls++;
            }
        }
        letters.forEach((label, letter) ->
                appender.append(label, letter.pieces)
                        .whenCompleteAsync(
                                (withoutRoom, failure) -> {
                                    if (failure == null) {
                                        appended(label, letter, withoutRoom, publisher);
                                    } else {
                                        Refusal refusal = Refusals.of(failure);
                                        letter.messages.forEach(one -> one.message.refuse(refusal));
                                    }
                                    letter.messages.forEach(one -> called(one, publisher));
                                },
                                loop));
        all.forEach(one -> called(one, publisher));
    }

    private static void appended(
            String label, Letter letter, long withoutRoom, Publisher publisher) {
        if (withoutRoom == Appender.GONE) {
            for (int i = 0; i < letter.messages.size(); i++) {
                publisher.gone(letter.messages.get(i).message, letter.deliveries.get(i));
            }
            return;
        }
        long left = withoutRoom;
        for (int i = letter.pieces.size() - 1; i >= 0 && left > 0; i--) {
            if (letter.pieces.get(i).kept) {
                left--;
                if (Names.isSession(label)) {
                    publisher.droppedFor(label);
                } else {
                    letter.messages.get(i).message.refuse(PublishCall.nodeIsFull());
                }
            }
        }
    }

    private void called(Missing missing, Publisher publisher) {
        if (--missing.calls > 0) {
            return;
        }
        Outgoing one = missing.message;
        if (one.isJoint() && !one.isRefused()) {
            writer.write(
                    one.writes,
                    refusal ->
                            loop.execute(() -> {
                                if (refusal == null) {
                                    publisher.placed(one);
                                } else {
                                    publisher.partDone(one, refusal);
                                }
                            }));
        } else {
            publisher.placed(one);
        }
    }
}
