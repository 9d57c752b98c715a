package io.skein.mqtt.topic;

import java.util.Random;

/** Random names and filters over few words, so that they meet often. */
final class RandomTopics {
    private static final String[] WORDS = {"a", "b", "c", "", "$SYS", "é", "sensor-17", "a b"};

    private final Random random;

    RandomTopics(long seed) {
        this.random = new Random(seed);
    }

    TopicName name() {
        while (true) {
            String text = levels(false);
            if (!text.isEmpty()) {
                return TopicName.of(text);
            }
        }
    }

    TopicFilter filter() {
        while (true) {
            String text = levels(true);
            if (!text.isEmpty()) {
                return TopicFilter.of(random.nextInt(8) == 0 ? "$share/group/" + text : text);
            }
        }
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private String levels(boolean wildcards) {
        StringBuilder text = new StringBuilder();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "/");
            int pick = random.nextInt(wildcards ? 12 : 8);
            if (pick < 8) {
                text.append(WORDS[pick]);
            } else if (pick < 11) {
                text.append('+');
            } else {
                return text.append('#').toString();
            }
        }
        return text.toString();
    }
}
