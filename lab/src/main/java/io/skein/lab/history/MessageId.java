package io.skein.lab.history;

/**
 * The name of a message among those of one topic.
 *
 * @param publisher the number of who publishes it, 0 or above; a client keeps its number over all
 *     its connections
 * @param sequence counted from 0 for each publisher and topic, in the order in which they are sent;
 *     a number may be left out, but is not used twice
 */
public record MessageId(int publisher, long sequence) {
    /** Checks the numbers. */
    public MessageId {
        if (publisher < 0 || sequence < 0) {
            throw new IllegalArgumentException(
                    "a message needs numbers from 0: " + publisher + ", " + sequence);
        }
    }

    @Override
    public String toString() {
        return publisher + ":" + sequence;
    }
}
