package io.skein.lab.load;

import io.skein.lab.client.PreparedPublish;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Schedule;
import io.skein.lab.workload.Stamp;
import io.skein.lab.workload.Workload;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Everything of one round that lives on the event loops: meters, pumps, publishers, subscribers.
 */
final class RoundMembers {
    private final Fleet fleet;
    private final List<LoopMeter> meters = new ArrayList<>();
    private final List<Pump> pumps = new ArrayList<>();
    private final List<TopicName> topics = new ArrayList<>();
    private final List<PublisherRound> publishers = new ArrayList<>();
    private final List<SubscriberRound> subscribers = new ArrayList<>();

    RoundMembers(Fleet fleet, RoundPlan plan) {
        this.fleet = fleet;
        Workload workload = fleet.options().workload();
        for (int loop = 0; loop < fleet.executors().size(); loop++) {
            meters.add(new LoopMeter());
        }
        addPumps(plan);
        List<List<PublisherRound>> byTopic = new ArrayList<>();
        for (int t = 0; t < workload.topics(); t++) {
            String name = "skein-lab/" + fleet.options().runId() + "/" + plan.name() + "/" + t;
            topics.add(TopicName.of(name));
            byTopic.add(new ArrayList<>());
        }
        int tag = fleet.options().runId().hashCode() * 31 + plan.name().hashCode();
        Stamp stamp =
                new Stamp(
                        tag, workload.payload().maximumBytes(), new SplittableRandom(plan.seed()));
        for (int i = 0; i < workload.publishers(); i++) {
            byTopic.get(workload.topicOfPublisher(i)).add(publisher(i, workload, stamp));
        }
        for (int j = 0; j < workload.subscribers(); j++) {
            int topic = workload.topicOfSubscriber(j);
            int loop = fleet.subscribers().get(j).loop();
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

    private PublisherRound publisher(int index, Workload workload, Stamp stamp) {
        Member member = fleet.publishers().get(index);
        int topic = workload.topicOfPublisher(index);
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
                        workload.deliveriesOf(topic),
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

    List<SubscriberRound> subscribers() {
        return subscribers;
    }

    /** From now on the members' messages belong to this round. */
    void attach() {
        onEachLoop(loop -> {
            for (PublisherRound publisher : publishers) {
                if (publisher.loop() == loop) {
                    fleet.publishers().get(publisher.index()).publishing(publisher);
                }
            }
            for (SubscriberRound subscriber : subscribers) {
                Member member = fleet.subscribers().get(subscriber.index());
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
