package io.skein.lab.check;

import io.skein.lab.check.Story.Message;
import io.skein.lab.history.MessageId;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Records in which something is wrong, and what that is. */
final class PlantedAnomalies {
    /**
     * One of them.
     *
     * @param words what happens
     * @param found what the checker has to find, and nothing else
     */
    record Planted(String words, Set<Anomaly> found, Consumer<Story> story) {
        @Override
        public String toString() {
            return words;
        }
    }

    private PlantedAnomalies() {}

    private static Planted planted(String words, Anomaly found, Consumer<Story> story) {
        return new Planted(words, Set.of(found), story);
    }

    static List<Planted> all() {
        return java.util.stream.Stream.of(
                        losses(), orders(), sessions(), retained(), wills(), shared(), others())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Planted> losses() {
        return List.of(
                planted(
                        "A message for a persistent session that is offline is acknowledged and never comes",
                        Anomaly.LOST_PERSISTENT,
                        story -> {
                            Actor reader = story.reader("reader", "t/#").loses();
                            Actor writer = story.actor("writer").connects();
                            writer.publishes("t/1", 1);
                            reader.resumes();
                            story.drains().ends();
                        }),
                planted(
                        "A message is passed over: a later one comes, then the session unsubscribes",
                        Anomaly.LOST_PERSISTENT,
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            writer.publishes("t/1", 1);
                            reader.gets(writer.publishes("t/1", 1));
                            reader.unsubscribes("t/#");
                            story.drains().ends();
                        }),
                planted(
                        "A QoS 2 message to a session that is connected throughout never comes",
                        Anomaly.LOST_PERSISTENT,
                        story -> {
                            story.reader("reader", "t/#");
                            story.actor("writer").connects().publishes("t/1", 2);
                            story.drains().ends();
                        }),
                planted(
                        "A message to a clean session that is connected throughout never comes",
                        Anomaly.LOST_LIVE,
                        story -> {
                            story.actor("reader").connects().subscribes("t/1", 1);
                            story.actor("writer").connects().publishes("t/1", 1);
                            story.drains().ends();
                        }),
                planted(
                        "A message acknowledged after it was sent again on another connection never comes",
                        Anomaly.LOST_PERSISTENT,
                        story -> {
                            story.reader("reader", "t/1");
                            Actor writer = story.actor("writer").persistent().connects();
                            Message message = writer.sends("t/1", 1);
                            writer.loses().resumes().isAnswered(message);
                            story.drains().ends();
                        }),
                planted(
                        "A message never comes to the older of two connections that overlapped, which is the one that stays",
                        Anomaly.LOST_PERSISTENT,
                        story -> {
                            Actor one = story.reader("reader", "t/#").loses().asks();
                            Actor other = one.elsewhere().asks();
                            one.isAccepted(true);
                            other.isAccepted(true).isTakenOver();
                            story.actor("writer").connects().publishes("t/1", 1);
                            story.drains().ends();
                        }),
                new Planted(
                        "A persistent session is gone, and with it a message that was acknowledged",
                        Set.of(Anomaly.SESSION_FORGOTTEN, Anomaly.LOST_PERSISTENT),
                        story -> {
                            Actor reader = story.reader("reader", "t/1").loses();
                            story.actor("writer").connects().publishes("t/1", 1);
                            reader.connects();
                            story.drains().ends();
                        }));
    }

    private static List<Planted> orders() {
        return List.of(
                planted(
                        "A message comes after a later one of its publisher, topic and QoS",
                        Anomaly.OUT_OF_ORDER,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.publishes("t/1", 1);
                            reader.gets(writer.publishes("t/1", 1)).gets(first);
                            story.drains().ends();
                        }),
                planted(
                        "The same across a reconnection",
                        Anomaly.OUT_OF_ORDER,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.sends("t/1", 2);
                            Message second = writer.sends("t/1", 2);
                            writer.isAnswered(first).isAnswered(second);
                            reader.gets(second).loses().resumes().gets(first);
                            story.drains().ends();
                        }),
                planted(
                        "The same of a message from before the subscription that was not sent again",
                        Anomaly.OUT_OF_ORDER,
                        story -> {
                            Actor reader = story.actor("reader").persistent().connects();
                            Actor writer = story.actor("writer").persistent().connects();
                            Message first = writer.sends("t/1", 1);
                            reader.subscribes("t/1", 1);
                            Message second = writer.sends("t/1", 1);
                            writer.isAnswered(first).isAnswered(second);
                            reader.gets(second).gets(first);
                            story.drains().ends();
                        }),
                planted(
                        "The same of one that was sent again and acknowledged before the later one left",
                        Anomaly.OUT_OF_ORDER,
                        story -> {
                            Actor reader = story.actor("reader").persistent().connects();
                            Actor writer = story.actor("writer").persistent().connects();
                            Message first = writer.sends("t/1", 1);
                            reader.subscribes("t/1", 1);
                            writer.loses().resumes().isAnswered(first);
                            reader.gets(writer.publishes("t/1", 1)).gets(first);
                            story.drains().ends();
                        }),
                planted(
                        "A QoS 2 message comes twice on one connection",
                        Anomaly.DUPLICATE_QOS_2,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            reader.gets(message).gets(message);
                            story.drains().ends();
                        }),
                planted(
                        "A QoS 2 message comes again after a reconnection, with another packet identifier",
                        Anomaly.DUPLICATE_QOS_2,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            reader.got(message, 2, false, false);
                            reader.loses().resumes().getsAgain(message);
                            story.drains().ends();
                        }),
                planted(
                        "A QoS 2 message comes again under its packet identifier after PUBCOMP",
                        Anomaly.DUPLICATE_QOS_2,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            int id = reader.got(message, 2, false, false);
                            reader.acknowledges(id).loses().resumes();
                            reader.comes(id, "t/1", message.id(), 2, true, false, "");
                            story.drains().ends();
                        }));
    }

    private static List<Planted> sessions() {
        return List.of(
                planted(
                        "A connection is answered after another of its client id was accepted",
                        Anomaly.TWO_OWNERS,
                        story -> {
                            Actor old = story.actor("device").connects();
                            Actor young = old.elsewhere().connects();
                            old.publishes("t/1", 1);
                            young.publishes("t/2", 1);
                            story.drains().ends();
                        }),
                planted(
                        "A connection gets messages that were sent after another was accepted",
                        Anomaly.TWO_OWNERS,
                        story -> {
                            Actor old = story.reader("device", "t/1");
                            Message message;
                            old.elsewhere().resumes();
                            message = story.actor("writer").connects().publishes("t/1", 1);
                            old.gets(message);
                            story.drains().ends();
                        }),
                planted(
                        "Two connections whose CONNECTs overlapped are both answered",
                        Anomaly.TWO_OWNERS,
                        story -> {
                            Actor one = story.actor("device").persistent().asks();
                            Actor other = one.elsewhere().asks();
                            one.isAccepted(false);
                            other.isAccepted(true);
                            one.publishes("t/1", 1);
                            other.publishes("t/2", 1);
                            story.drains().ends();
                        }),
                planted(
                        "A persistent session is gone when its client comes back",
                        Anomaly.SESSION_FORGOTTEN,
                        story -> {
                            story.reader("reader", "t/1").loses().connects();
                            story.drains().ends();
                        }),
                planted(
                        "A session that expires after a minute is gone after ten seconds",
                        Anomaly.SESSION_FORGOTTEN,
                        story -> {
                            Actor reader =
                                    story.actor("reader").expiringAfter(60).connects().loses();
                            story.after(10);
                            reader.connects();
                            story.drains().ends();
                        }),
                planted(
                        "Session Present after Clean Start",
                        Anomaly.SESSION_NOT_CLEAN,
                        story -> {
                            story.reader("reader", "t/1").loses().startingClean().resumes();
                            story.drains().ends();
                        }));
    }

    private static List<Planted> retained() {
        return List.of(
                planted(
                        "Two readers get different retained messages, either of which can be last",
                        Anomaly.RETAINED_DIVERGED,
                        story -> {
                            Actor one = story.actor("one").connects();
                            Actor other = story.actor("other").connects();
                            Message first = one.sends("r/1", 1, true, -1);
                            Message second = other.sends("r/1", 1, true, -1);
                            one.isAnswered(first);
                            other.isAnswered(second);
                            story.drains();
                            story.reader("reader-1", "r/#").getsRetained(first);
                            story.reader("reader-2", "r/#").getsRetained(second);
                            story.ends();
                        }),
                planted(
                        "All readers get a retained message whose replacement was acknowledged",
                        Anomaly.RETAINED_STALE,
                        story -> {
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.retains("r/1", 1);
                            writer.retains("r/1", 1);
                            story.drains();
                            story.reader("reader", "r/#").getsRetained(first);
                            story.ends();
                        }),
                planted(
                        "A retained message is there although it was cleared",
                        Anomaly.RETAINED_STALE,
                        story -> {
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.retains("r/1", 1);
                            writer.clears("r/1");
                            story.drains();
                            story.reader("reader", "r/#").getsRetained(first);
                            story.ends();
                        }),
                planted(
                        "Nothing is retained although a message was acknowledged",
                        Anomaly.RETAINED_STALE,
                        story -> {
                            story.actor("writer").connects().retains("r/1", 2);
                            story.drains();
                            story.reader("reader", "r/#");
                            story.ends();
                        }));
    }

    private static List<Planted> wills() {
        return List.of(
                planted(
                        "A connection breaks, and its will never comes",
                        Anomaly.WILL_LOST,
                        story -> {
                            story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            device.wills("w/1", 1, 0);
                            device.connects().aborts();
                            story.drains().ends();
                        }),
                planted(
                        "A connection breaks in a kill of its node, and its will never comes",
                        Anomaly.WILL_LOST,
                        story -> {
                            story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            device.wills("w/1", 2, 0);
                            device.connects();
                            story.fault("kill");
                            device.loses();
                            story.faultEnds().drains().after(20).ends();
                        }),
                planted(
                        "A will comes twice",
                        Anomaly.WILL_DOUBLED,
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects().aborts();
                            reader.gets(will).gets(will);
                            story.drains().ends();
                        }),
                planted(
                        "A will comes although the client had disconnected, and no fault held",
                        Anomaly.WILL_UNDUE,
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects().leaves();
                            reader.gets(will);
                            story.drains().ends();
                        }),
                planted(
                        "The will of a connection comes that is served afterwards",
                        Anomaly.WILL_UNDUE,
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects();
                            reader.gets(will);
                            device.publishes("t/1", 1);
                            story.drains().ends();
                        }));
    }

    private static List<Planted> shared() {
        return List.of(
                planted(
                        "A message to a group comes to no member",
                        Anomaly.SHARED_TO_NONE,
                        story -> {
                            story.reader("one", "$share/g/t/#");
                            story.reader("two", "$share/g/t/#");
                            story.actor("writer").connects().publishes("t/1", 1);
                            story.drains().ends();
                        }),
                planted(
                        "Two members finish the handshake of one QoS 2 message",
                        Anomaly.SHARED_TO_TWO,
                        story -> {
                            Actor one = story.reader("one", "$share/g/t/#");
                            Actor two = story.reader("two", "$share/g/t/#");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            one.gets(message);
                            two.gets(message);
                            story.drains().ends();
                        }));
    }

    private static List<Planted> others() {
        return List.of(
                planted(
                        "A client that asks after the faults have ended is never answered",
                        Anomaly.NOT_HEALED,
                        story -> {
                            Actor device = story.actor("device").connects();
                            story.fault("partition");
                            device.loses();
                            story.faultEnds().drains();
                            device.asks().isTurnedAway();
                            story.ends();
                        }),
                planted(
                        "A payload does not fit its checksum",
                        Anomaly.CORRUPTED,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            reader.gets(story.actor("writer").connects().publishes("t/1", 1));
                            reader.comes(9, "t/1", null, 1, false, false, "the checksum is wrong");
                            story.drains().ends();
                        }),
                planted(
                        "A message comes that nobody had published",
                        Anomaly.NEVER_PUBLISHED,
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            reader.comes(9, "t/1", new MessageId(77, 0), 1, false, false, "");
                            story.drains().ends();
                        }),
                planted(
                        "A message comes to a client that never subscribed to its topic",
                        Anomaly.NOT_SUBSCRIBED,
                        story -> {
                            Actor reader = story.reader("reader", "u/#");
                            reader.gets(story.actor("writer").connects().publishes("t/1", 1));
                            story.drains().ends();
                        }),
                planted(
                        "A message comes that was sent after UNSUBACK",
                        Anomaly.NOT_SUBSCRIBED,
                        story -> {
                            Actor reader = story.reader("reader", "t/#").unsubscribes("t/#");
                            reader.gets(story.actor("writer").connects().publishes("t/1", 1));
                            story.drains().ends();
                        }));
    }
}
