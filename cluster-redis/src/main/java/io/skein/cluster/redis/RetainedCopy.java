package io.skein.cluster.redis;

import io.skein.cluster.Message;
import io.skein.cluster.RetainedMessages;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.HashSet;
import java.util.Set;

/** All retained messages, by topic: a copy of the table in Redis. Changed by the loop alone. */
final class RetainedCopy implements SharedTable.Copy {
    private final RetainedMessages messages;

    RetainedCopy(RetainedMessages messages) {
        this.messages = messages;
    }

    @Override
    public void put(String field, byte[] value) {
        if (Parcel.decoded(value) instanceof Parcel.Mail mail) {
            messages.put(mail.message());
        }
    }

    @Override
    public void remove(String field) {
        messages.put(
                new Message(
                        TopicName.of(field),
                        new byte[0], // [MQTT-3.3.1-6]
                        QoS.AT_MOST_ONCE,
                        true,
                        Properties.EMPTY,
                        "",
                        Message.NEVER_EXPIRES));
    }

    @Override
    public Set<String> fields() {
        Set<String> fields = new HashSet<>();
        messages.forEach(message -> fields.add(message.topic().toString()));
        return fields;
    }
}
