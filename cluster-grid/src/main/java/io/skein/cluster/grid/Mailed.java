package io.skein.cluster.grid;

import io.skein.cluster.ServedHere;
import io.skein.mqtt.topic.TopicFilter;
import java.util.Set;

/** Some sessions get the message in another way than by the broker's match. */
record Mailed(ServedHere byBroker, Set<String> clientIds) implements ServedHere {
    @Override
    public boolean serves(TopicFilter share) {
        return byBroker.serves(share);
    }

    @Override
    public boolean reaches(String clientId) {
        return clientIds.contains(clientId) || byBroker.reaches(clientId);
    }
}
