package io.skein.lab.check;

import io.skein.lab.check.Story.Message;
import io.skein.lab.history.Event;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Records that look odd, and in which a broker did nothing that it must not. */
final class CleanRecords {
    /** One of them. */
    record Clean(String words, Consumer<Story> story) {
        @Override
        public String toString() {
            return words;
        }
    }

    private CleanRecords() {}

    static List<Clean> all() {
        return Stream.of(deliveries(), outcomes(), sessions(), retained(), wills(), shared())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Clean> deliveries() {
        return List.of(
                new Clean(
                        "A QoS 1 message comes again with DUP after a reconnection",
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 1);
                            reader.got(message, 1, false, false);
                            reader.loses().resumes().getsAgain(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "A QoS 1 message comes twice without DUP: its publisher sent it again",
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Actor writer = story.actor("writer").persistent().connects();
                            Message message = writer.sends("t/1", 1);
                            reader.gets(message);
                            writer.loses().resumes();
                            reader.gets(message);
                            writer.isAnswered(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "Two messages come, and then both again, in their order",
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.publishes("t/1", 1);
                            Message second = writer.publishes("t/1", 1);
                            reader.got(first, 1, false, false);
                            reader.got(second, 1, false, false);
                            reader.loses().resumes().getsAgain(first).getsAgain(second);
                            story.drains().ends();
                        }),
                new Clean(
                        "A message from before a subscription comes when its publisher sends it again",
                        story -> {
                            Actor reader = story.actor("reader").persistent().connects();
                            Actor writer = story.actor("writer").persistent().connects();
                            Message first = writer.sends("t/1", 1);
                            reader.subscribes("t/1", 1);
                            Message second = writer.sends("t/1", 1);
                            reader.gets(second);
                            writer.loses().resumes();
                            reader.gets(first).gets(second);
                            writer.isAnswered(first).isAnswered(second);
                            story.drains().ends();
                        }),
                new Clean(
                        "The same, and the answer to what was sent again comes first",
                        story -> {
                            Actor reader = story.actor("reader").persistent().connects();
                            Actor writer = story.actor("writer").persistent().connects();
                            Message first = writer.sends("t/1", 1);
                            reader.subscribes("t/1", 1);
                            Message second = writer.sends("t/1", 1);
                            reader.gets(second);
                            writer.loses().resumes().isAnswered(first).isAnswered(second);
                            reader.gets(first).gets(second);
                            story.drains().ends();
                        }),
                new Clean(
                        "A QoS 2 message comes again under its packet identifier before PUBREL",
                        story -> {
                            Actor reader = story.reader("reader", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            int id = reader.got(message, 2, false, false);
                            reader.loses().resumes();
                            reader.comes(id, "t/1", message.id(), 2, true, false, "");
                            reader.acknowledges(id);
                            story.drains().ends();
                        }),
                new Clean(
                        "A QoS 2 message comes once for each of two overlapping subscriptions",
                        story -> {
                            Actor reader = story.reader("reader", "t/#", "t/1");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            reader.gets(message).gets(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "QoS 0 messages are lost",
                        story -> {
                            story.reader("reader", "t/#");
                            story.actor("low").persistent().connects().subscribes("t/#", 0);
                            story.actor("writer").connects().publishes("t/1", 0);
                            story.drains().ends();
                        }),
                new Clean(
                        "Messages of different QoS overtake each other",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.publishes("t/1", 2);
                            reader.gets(writer.publishes("t/1", 1)).gets(first);
                            story.drains().ends();
                        }),
                new Clean(
                        "What an older connection had in its buffer is read after what a newer one got",
                        story -> {
                            Actor old = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            Message first = writer.publishes("t/1", 0);
                            Actor young = old.elsewhere().resumes();
                            young.gets(writer.publishes("t/1", 0));
                            old.gets(first).isTakenOver();
                            story.drains().ends();
                        }),
                new Clean(
                        "What was under way when the client unsubscribed comes, or does not",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            Message late = writer.sends("t/1", 1);
                            long op = reader.askToUnsubscribe("t/#");
                            writer.isAnswered(late).publishes("t/2", 1);
                            reader.unsubscribed(op).gets(late);
                            story.drains().ends();
                        }),
                new Clean(
                        "What was sent between unsubscribing and subscribing again does not come",
                        story -> {
                            Actor reader = story.reader("reader", "t/#").unsubscribes("t/#");
                            Actor writer = story.actor("writer").connects();
                            writer.publishes("t/1", 2);
                            reader.subscribes("t/#", 1).gets(writer.publishes("t/1", 2));
                            story.drains().ends();
                        }),
                new Clean(
                        "UNSUBSCRIBE and SUBSCRIBE are answered when both have left",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            long op = reader.askToUnsubscribe("t/#");
                            long again = reader.askToSubscribe("t/#", 1);
                            reader.unsubscribed(op);
                            Actor writer = story.actor("writer").connects();
                            reader.gets(writer.publishes("t/1", 1));
                            story.tell(
                                    new Event.Subscribed(again, io.skein.mqtt.QoS.AT_LEAST_ONCE));
                            reader.gets(writer.publishes("t/1", 1));
                            story.drains().ends();
                        }),
                new Clean(
                        "A message that expires never comes",
                        story -> {
                            Actor reader = story.reader("reader", "t/#").loses();
                            Actor writer = story.actor("writer").connects();
                            writer.isAnswered(writer.sends("t/1", 1, false, 1));
                            story.after(3);
                            reader.resumes();
                            story.drains().ends();
                        }),
                new Clean(
                        "No Local keeps a client's own messages from it",
                        story -> {
                            Actor both = story.actor("both").persistent().withoutLocal().connects();
                            both.subscribes("t/#", 1).publishes("t/1", 1);
                            story.drains().ends();
                        }));
    }

    private static List<Clean> outcomes() {
        return List.of(
                new Clean(
                        "A publish without an answer turns up later, and another one never",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            Message one = writer.sends("t/1", 2);
                            Message other = writer.sends("t/2", 2);
                            writer.loses().givesUp(one).givesUp(other);
                            story.after(5);
                            reader.gets(one);
                            story.drains().ends();
                        }),
                new Clean(
                        "A publish without an answer comes after one that was sent on the next connection",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            Message lost = writer.sends("t/1", 1);
                            writer.loses().givesUp(lost).connects();
                            reader.gets(writer.publishes("t/1", 1)).gets(lost);
                            story.drains().ends();
                        }),
                new Clean(
                        "A refused publish does not come",
                        story -> {
                            story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").connects();
                            writer.isRefused(writer.sends("t/1", 1));
                            story.drains().ends();
                        }),
                new Clean(
                        "A QoS 2 message comes twice: its publisher's session was gone, and it was sent anew",
                        story -> {
                            Actor reader = story.reader("reader", "t/#");
                            Actor writer = story.actor("writer").expiringAfter(1).connects();
                            Message message = writer.sends("t/1", 2);
                            writer.loses();
                            reader.gets(message);
                            story.after(5);
                            writer.connects().isAnswered(message);
                            reader.gets(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "SUBSCRIBE without an answer: what it asked for comes, or does not",
                        story -> {
                            Actor reader = story.actor("reader").persistent().connects();
                            long op = reader.askToSubscribe("t/#", 1);
                            reader.loses();
                            story.tell(new Event.Unknown(op, "lost"));
                            Actor writer = story.actor("writer").connects();
                            Message message = writer.publishes("t/1", 1);
                            writer.publishes("t/2", 1);
                            reader.resumes().gets(message);
                            story.drains().ends();
                        }));
    }

    private static List<Clean> sessions() {
        return List.of(
                new Clean(
                        "A takeover closes the older connection; what it had got comes again",
                        story -> {
                            Actor old = story.reader("reader", "t/#");
                            Message message = story.actor("writer").connects().publishes("t/1", 1);
                            old.got(message, 1, false, false);
                            Actor young = old.elsewhere().resumes();
                            old.isTakenOver();
                            young.getsAgain(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "What was asked on a connection before the takeover is answered after it",
                        story -> {
                            Actor old = story.actor("device").connects();
                            Message message = old.sends("t/1", 1);
                            Actor young = old.elsewhere().connects();
                            old.isAnswered(message).isTakenOver();
                            young.publishes("t/1", 1);
                            story.drains().ends();
                        }),
                new Clean(
                        "Two CONNECTs overlap, and one of them stays",
                        story -> {
                            Actor one = story.actor("device").persistent().asks();
                            Actor other = one.elsewhere().asks();
                            other.isAccepted(false);
                            one.isAccepted(true).publishes("t/1", 1);
                            other.isTakenOver();
                            story.drains().ends();
                        }),
                new Clean(
                        "A clean start drops what was queued",
                        story -> {
                            Actor reader = story.reader("reader", "t/#").loses();
                            story.actor("writer").connects().publishes("t/1", 1);
                            reader.startingClean().connects();
                            story.drains().ends();
                        }),
                new Clean(
                        "A clean start that was given up strikes when the client is back",
                        story -> {
                            Actor reader = story.reader("reader", "t/#").loses();
                            reader.elsewhere().startingClean().asks().givesUp();
                            reader.resumes().subscribes("t/#", 1);
                            story.actor("writer").connects().publishes("t/1", 1);
                            reader.loses().connects();
                            story.drains().ends();
                        }),
                new Clean(
                        "CONNECTs with and without Clean Start overlap",
                        story -> {
                            Actor reader = story.reader("reader", "t/#").loses();
                            Actor fresh = reader.elsewhere().startingClean().asks();
                            reader.asks();
                            fresh.isAccepted(false);
                            reader.isAccepted(true);
                            Message message = story.actor("writer").connects().publishes("t/1", 1);
                            reader.gets(message).isTakenOver();
                            story.drains().ends();
                        }),
                new Clean(
                        "A session expires, with what was queued for it",
                        story -> {
                            Actor reader = story.actor("reader").expiringAfter(2).connects();
                            reader.subscribes("t/#", 1).loses();
                            story.actor("writer").connects().publishes("t/1", 1);
                            story.after(4);
                            reader.connects();
                            story.drains().ends();
                        }),
                new Clean(
                        "A clean session loses its connection, and what was under way",
                        story -> {
                            Actor reader = story.actor("reader").connects().subscribes("t/#", 1);
                            Actor writer = story.actor("writer").connects();
                            reader.gets(writer.publishes("t/1", 1));
                            writer.publishes("t/1", 1);
                            reader.loses().connects();
                            story.drains().ends();
                        }));
    }

    private static List<Clean> retained() {
        return List.of(
                new Clean(
                        "Two publishers race for a retained message: either may win",
                        story -> {
                            Actor one = story.actor("one").connects();
                            Actor other = story.actor("other").connects();
                            Message first = one.sends("r/1", 1, true, Event.UNSET);
                            Message second = other.sends("r/1", 1, true, Event.UNSET);
                            one.isAnswered(first);
                            other.isAnswered(second);
                            story.drains();
                            story.reader("reader-1", "r/#").getsRetained(first);
                            story.reader("reader-2", "r/1").getsRetained(first);
                            story.ends();
                        }),
                new Clean(
                        "A retained publish without an answer replaces one that was acknowledged later",
                        story -> {
                            Actor one = story.actor("one").connects();
                            Message unknown = one.sends("r/1", 1, true, Event.UNSET);
                            one.loses().givesUp(unknown);
                            story.actor("other").connects().retains("r/1", 1);
                            story.drains();
                            story.reader("reader", "r/#").getsRetained(unknown);
                            story.ends();
                        }),
                new Clean(
                        "A retained QoS 0 message is gone, and so is one that expires",
                        story -> {
                            Actor writer = story.actor("writer").connects();
                            writer.retains("r/1", 0);
                            writer.isAnswered(writer.sends("r/2", 1, true, 1));
                            story.drains();
                            story.reader("reader", "r/#");
                            story.ends();
                        }),
                new Clean(
                        "A retained message was cleared",
                        story -> {
                            Actor writer = story.actor("writer").connects();
                            writer.retains("r/1", 1);
                            writer.clears("r/1");
                            story.drains();
                            story.reader("reader", "r/#");
                            story.ends();
                        }),
                new Clean(
                        "A message comes live and as a retained one",
                        story -> {
                            Actor reader = story.reader("reader", "r/#");
                            Message message = story.actor("writer").connects().retains("r/1", 2);
                            reader.gets(message).subscribes("r/#", 2).getsRetained(message);
                            story.drains().ends();
                        }));
    }

    private static List<Clean> wills() {
        return List.of(
                new Clean(
                        "DISCONNECT discards the will",
                        story -> {
                            story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            device.wills("w/1", 1, 0);
                            device.connects().leaves();
                            story.drains().ends();
                        }),
                new Clean(
                        "A will comes although the client had disconnected: a fault held",
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects();
                            story.fault("partition");
                            device.leaves();
                            story.faultEnds();
                            reader.gets(will);
                            story.drains().ends();
                        }),
                new Clean(
                        "A will comes although the client had disconnected: it was back before that was read",
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects().leaves().connects();
                            reader.gets(will);
                            story.drains().ends();
                        }),
                new Clean(
                        "A will waits for a node that is frozen to the end of the run",
                        story -> {
                            story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            device.wills("w/1", 1, 0);
                            device.connects();
                            story.fault("freeze");
                            device.loses();
                            story.after(60).faultEnds().drains().ends();
                        }),
                new Clean(
                        "A client is back before its will's delay is over",
                        story -> {
                            story.reader("reader", "w/#");
                            Actor device = story.actor("device").persistent();
                            device.wills("w/1", 1, 5);
                            device.connects().aborts();
                            story.after(2);
                            device.resumes();
                            story.drains().ends();
                        }),
                new Clean(
                        "A will comes after a takeover",
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.connects();
                            Actor young = device.elsewhere().connects();
                            reader.gets(will);
                            device.isTakenOver();
                            young.publishes("t/1", 1);
                            story.drains().ends();
                        }),
                new Clean(
                        "The will of a CONNECT without an answer comes",
                        story -> {
                            Actor reader = story.reader("reader", "w/#");
                            Actor device = story.actor("device");
                            Message will = device.wills("w/1", 1, 0);
                            device.asks().givesUp();
                            reader.gets(will);
                            story.drains().ends();
                        }));
    }

    private static List<Clean> shared() {
        return List.of(
                new Clean(
                        "Members of a group share",
                        story -> {
                            Actor one = story.reader("one", "$share/g/t/#");
                            Actor two = story.reader("two", "$share/g/t/#");
                            Actor writer = story.actor("writer").connects();
                            one.gets(writer.publishes("t/1", 2));
                            two.gets(writer.publishes("t/1", 1));
                            story.drains().ends();
                        }),
                new Clean(
                        "A member vanishes before it has finished; another gets the message",
                        story -> {
                            Actor one = story.actor("one").connects().subscribes("$share/g/t/#", 2);
                            Actor two = story.reader("two", "$share/g/t/#");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            one.got(message, 2, false, false);
                            one.loses();
                            two.gets(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "A member vanishes with a QoS 2 message that it had begun to get",
                        story -> {
                            Actor one = story.actor("one").connects().subscribes("$share/g/t/#", 2);
                            story.reader("two", "$share/g/t/#");
                            story.actor("writer").connects().publishes("t/1", 2);
                            one.loses();
                            story.drains().ends();
                        }),
                new Clean(
                        "A message comes to a member twice: for the group, and for itself",
                        story -> {
                            Actor one = story.reader("one", "$share/g/t/#", "t/1");
                            Actor two = story.reader("two", "$share/g/t/#");
                            Message message = story.actor("writer").connects().publishes("t/1", 2);
                            one.gets(message);
                            two.gets(message);
                            story.drains().ends();
                        }),
                new Clean(
                        "A message to a group waits for a member that is not there at the end",
                        story -> {
                            story.reader("one", "$share/g/t/#").loses();
                            story.reader("two", "$share/g/t/#");
                            story.actor("writer").connects().publishes("t/1", 1);
                            story.drains().ends();
                        }));
    }
}
