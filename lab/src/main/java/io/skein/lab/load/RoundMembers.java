package io.skein.lab.load;

import io.skein.lab.client.PreparedPublish;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Schedule;
import io.skein.lab.workload.Share;
import io.skein.lab.workload.Stamp;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Everything of one round that lives on the event loops: meters, pumps, publishers, subscribers.
 */
final class RoundMembers {
    private final Fleet fleet;

    /** How many are due; nobody knows in a closed loop, which ends where it began. */
    private long messagesOfAll;

    private final List<LoopMeter> meters = new ArrayList<>();
    private final List<Pump> pumps = new ArrayList<>();
    private final List<TopicName> topics = new ArrayList<>();
    private final List<PublisherRound> publishers = new ArrayList<>();
    private final List<RemotePublisher> remotePublishers = new ArrayList<>();
    private final List<SubscriberRound> subscribers = new ArrayList<>();

    RoundMembers(Fleet fleet, RoundPlan plan) {
        this.fleet = fleet;
        Workload workload = fleet.options().workload();
        for (int loop = 0; loop < fleet.executors().size(); loop++) {
            meters.add(new LoopMeter());
        }
        addPumps(plan);
        List<List<PublisherAccount>> byTopic = new ArrayList<>();
        for (int t = 0; t < workload.topics(); t++) {
            String name = "skein-lab/" + fleet.options().runId() + "/" + plan.name() + "/" + t;
            topics.add(TopicName.of(name));
            byTopic.add(new ArrayList<>());
        }
        int tag = fleet.options().runId().hashCode() * 31 + plan.name().hashCode();
        Stamp stamp =
                new Stamp(
                        tag, workload.payload().maximumBytes(), new SplittableRandom(plan.seed()));
        Share share = fleet.options().share();
        int[] deliveries = share.deliveries(workload);
        for (int i = 0; i < workload.publishers(); i++) {
            int topic = workload.topicOfPublisher(i);
            if (share.hasPublisher(workload, i)) {
                byTopic.get(topic).add(publisher(i, deliveries[topic], stamp));
            } else if (deliveries[topic] > 0) {
                byTopic.get(topic).add(remotePublisher(i, deliveries[topic]));
            }
        }
        for (int j = 0; j < workload.subscribers(); j++) {
            if (!share.hasSubscriber(workload, j)) {
                continue;
            }
            int topic = workload.topicOfSubscriber(j);
            int loop = fleet.subscriber(j).loop();
            subscribers.add(
                    new SubscriberRound(
                            j,
                            loop,
                            topic,
                            workload.topics(),
                            byTopic.get(topic),
                            workload.shared(),
                            stamp,
                            meters.get(loop)));
        }
    }

    private void addPumps(RoundPlan plan) {
        int publishersOfAll = fleet.options().workload().publishers();
        switch (plan.arrivals()) {
            case Arrivals.Paced paced -> {
                Schedule schedule = paced.within(plan.durationNanos(), plan.seed());
                messagesOfAll = schedule.messages();
                for (int loop = 0; loop < meters.size(); loop++) {
                    pumps.add(
                            new PacedPump(
                                    fleet.executors().get(loop),
                                    fleet.turns(loop),
                                    schedule,
                                    paced.messagesPerSecond(),
                                    publishersOfAll,
                                    meters.get(loop)));
                }
            }
            case Arrivals.Saturating saturating ->
                    fleet.executors()
                            .forEach(loop -> pumps.add(new SaturatingPump(loop, saturating)));
        }
    }

    private PublisherRound publisher(int index, int deliveries, Stamp stamp) {
        Workload workload = fleet.options().workload();
        Member member = fleet.publisher(index);
        TopicName name = topicOf(index);
        PreparedPublish frame =
                new PreparedPublish(
                        fleet.options().version(),
                        name,
                        workload.qos(),
                        workload.retained(),
                        stamp.template());
        PublisherRound publisher =
                new PublisherRound(
                        member,
                        index,
                        member.loop(),
                        meters.size(),
                        deliveries,
                        name,
                        workload.payload(),
                        frame,
                        stamp,
                        meters.get(member.loop()),
                        pumps.get(member.loop()));
        pumps.get(member.loop()).add(publisher);
        publishers.add(publisher);
        return publisher;
    }

    private RemotePublisher remotePublisher(int index, int deliveries) {
        int publishersOfAll = fleet.options().workload().publishers();
        long limit = Math.ceilDiv(Math.max(0, messagesOfAll - index), publishersOfAll);
        RemotePublisher publisher = new RemotePublisher(index, deliveries, topicOf(index), limit);
        remotePublishers.add(publisher);
        return publisher;
    }

    /** The topic of a publisher: with wildcards, one of its own below that of its group. */
    private TopicName topicOf(int publisher) {
        Workload workload = fleet.options().workload();
        TopicName topic = topics.get(workload.topicOfPublisher(publisher));
        return workload.wildcard() ? TopicName.of(topic.name() + "/" + publisher) : topic;
    }

    /** What a subscriber is to subscribe to. */
    TopicFilter filterOf(int subscriber) {
        Workload workload = fleet.options().workload();
        String topic = topics.get(workload.topicOfSubscriber(subscriber)).name();
        return TopicFilter.of(
                switch (workload.subscribing()) {
                    case EACH -> topic;
                    case WILDCARD -> topic + "/+";
                    case SHARED -> "$share/skein-lab/" + topic;
                });
    }

    List<LoopMeter> meters() {
        return meters;
    }

    List<Pump> pumps() {
        return pumps;
    }

    List<PublisherRound> publishers() {
        return publishers;
    }

    /** Publishers of others whose messages come to subscribers of its own. */
    List<RemotePublisher> remotePublishers() {
        return remotePublishers;
    }

    /** All publishers whose messages are due here. */
    Stream<PublisherAccount> accounts() {
        return Stream.concat(publishers.stream(), remotePublishers.stream());
    }

    List<SubscriberRound> subscribers() {
        return subscribers;
    }

    /** From now on the members' messages belong to this round. */
    void attach() {
        onEachLoop(loop -> {
            for (PublisherRound publisher : publishers) {
                if (publisher.loop() == loop) {
                    fleet.publisher(publisher.index()).publishing(publisher);
                }
            }
            for (SubscriberRound subscriber : subscribers) {
                Member member = fleet.subscriber(subscriber.index());
                if (member.loop() == loop) {
                    member.subscribing(subscriber);
                }
            }
        });
    }

    /** From now on nothing of this round changes; what it counted may be read by the caller. */
    void detach() {
        onEachLoop(loop -> {
            for (Member member : fleet.publishers()) {
                if (member.loop() == loop) {
                    member.publishing(null);
                }
            }
            for (Member member : fleet.subscribers()) {
                if (member.loop() == loop) {
                    member.subscribing(null);
                }
            }
        });
    }

    /** A task that is given the index of the loop it runs on. */
    interface LoopTask {
        void run(int loop);
    }

    /** Runs the task on every loop and waits for all. */
    void onEachLoop(LoopTask task) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < meters.size(); i++) {
            int loop = i;
            done.add(CompletableFuture.runAsync(() -> task.run(loop), fleet.executors().get(loop)));
        }
        done.forEach(CompletableFuture::join);
    }
}
