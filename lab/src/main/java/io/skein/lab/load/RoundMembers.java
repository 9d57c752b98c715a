package io.skein.lab.load;

import io.netty.channel.EventLoop;
import io.skein.lab.client.PreparedPublish;
import io.skein.lab.workload.Arrivals;
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
            pumps.add(pump(plan.arrivals(), loop));
        }
        List<List<PublisherRound>> byTopic = new ArrayList<>();
        for (int t = 0; t < workload.topics(); t++) {
            String name = "skein-lab/" + fleet.options().runId() + "/" + plan.name() + "/" + t;
            topics.add(TopicName.of(name));
            byTopic.add(new ArrayList<>());
        }
        int tag = fleet.options().runId().hashCode() * 31 + plan.name().hashCode();
        Stamp stamp = new Stamp(tag, workload.payloadBytes(), new SplittableRandom(plan.seed()));
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
                            topics.get(topic).utf8(),
                            topic,
                            workload.topics(),
                            byTopic.get(topic),
                            workload.shared(),
                            stamp,
                            meters.get(loop)));
        }
    }

    private Pump pump(Arrivals arrivals, int loop) {
        EventLoop executor = fleet.executors().get(loop);
        return switch (arrivals) {
            case Arrivals.Paced paced ->
                    new PacedPump(
                            executor,
                            fleet.turns(loop),
                            paced,
                            fleet.options().workload().publishers(),
                            meters.get(loop));
            case Arrivals.Saturating saturating -> new SaturatingPump(executor, saturating);
        };
    }

    private PublisherRound publisher(int index, Workload workload, Stamp stamp) {
        Member member = fleet.publishers().get(index);
        int topic = workload.topicOfPublisher(index);
        PreparedPublish frame =
                new PreparedPublish(
                        fleet.options().version(),
                        topics.get(topic),
                        workload.qos(),
                        stamp.template());
        PublisherRound publisher =
                new PublisherRound(
                        member.client(),
                        index,
                        member.loop(),
                        meters.size(),
                        workload.deliveriesOf(topic),
                        frame,
                        stamp,
                        meters.get(member.loop()),
                        pumps.get(member.loop()));
        pumps.get(member.loop()).add(publisher);
        publishers.add(publisher);
        return publisher;
    }

    /** What a subscriber is to subscribe to. */
    TopicFilter filterOf(int subscriber) {
        Workload workload = fleet.options().workload();
        String topic = topics.get(workload.topicOfSubscriber(subscriber)).name();
        return TopicFilter.of(workload.shared() ? "$share/skein-lab/" + topic : topic);
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
