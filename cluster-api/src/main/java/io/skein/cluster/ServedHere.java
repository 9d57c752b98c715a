package io.skein.cluster;

import io.skein.mqtt.topic.TopicFilter;
import java.util.Collection;
import java.util.List;

/**
 * What the publishing node's own broker does about a message, as it was decided when the message
 * was published. Immutable; safe for use by any thread.
 */
public interface ServedHere {
    /** For a message that nobody on its node wants. */
    ServedHere NOBODY =
            new ServedHere() {
                @Override
                public boolean serves(TopicFilter share) {
                    return false;
                }

                @Override
                public boolean reaches(String clientId) {
                    return false;
                }
            };

    /** Whether a member of this group gets it: no other node is to serve the group. */
    boolean serves(TopicFilter share);

    /** The groups of which a member gets it, as far as they are known. */
    default Collection<TopicFilter> groups() {
        return List.of();
    }

    /** Whether the session of this client gets it by a subscription of its own. */
    boolean reaches(String clientId);
}
