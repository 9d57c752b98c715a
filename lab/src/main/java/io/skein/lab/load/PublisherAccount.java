package io.skein.lab.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.skein.lab.client.PublishFrame;
import io.skein.lab.measure.SequenceLedger;
import io.skein.mqtt.topic.TopicName;

/** What the subscribers of this generator have to know of a publisher, here or elsewhere. */
abstract class PublisherAccount {
    private final int index;
    private final int deliveries;
    private final TopicName topic;
    private final ByteBuf topicBytes;

    /**
     * @param deliveries that are due here for each message
     */
    PublisherAccount(int index, int deliveries, TopicName topic) {
        this.index = index;
        this.deliveries = deliveries;
        this.topic = topic;
        this.topicBytes = Unpooled.wrappedBuffer(topic.utf8());
    }

    final int index() {
        return index;
    }

    /** Deliveries that are due here for each message. */
    final int deliveries() {
        return deliveries;
    }

    final TopicName topic() {
        return topic;
    }

    /** Whether a delivery carries this publisher's topic. */
    final boolean isOnTopic(ByteBuf buffer, PublishFrame delivery) {
        int length = topicBytes.readableBytes();
        return delivery.topicLength() == length
                && ByteBufUtil.equals(buffer, delivery.topicIndex(), topicBytes, 0, length);
    }

    /** Messages handed to its connection: above all sequence numbers that there can be. */
    abstract long sent();

    /** Which of its messages the target has acknowledged; once it has stopped. */
    abstract SequenceLedger acknowledged();

    /**
     * A subscriber's highest sequence number rose by this much; in a group, one more has come. On
     * the loop of the subscriber.
     */
    abstract void arrived(int atLoop, long rise);
}
