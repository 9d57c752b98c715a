package io.skein.lab.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.nio.charset.StandardCharsets;

/**
 * What analyser and publishers say to each other. The three requests and the counters are those of
 * the experiment as it is taught; {@code request/run}, {@code request/go} and the responses are
 * ours, and nobody else has to know them.
 */
final class Protocol {
    static final String REQUESTS = "request/#";
    static final String QOS = "request/qos";
    static final String DELAY = "request/delay";
    static final String INSTANCES = "request/instancecount";

    /** A {@link Request}: get ready. */
    static final String RUN = "request/run";

    /** The id of a run: begin. */
    static final String GO = "request/go";

    static final String RESPONSES = "response/+/+";
    static final String READY = "response/ready/";
    static final String DONE = "response/done/";
    static final String COUNTERS = "counter/";

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Protocol() {}

    /**
     * What is to be done.
     *
     * @param run id of the run, without blanks
     * @param durationMs how long messages are due
     */
    record Request(String run, int qos, int delay, int instancecount, long durationMs) {}

    /**
     * What a publisher did.
     *
     * @param sent messages given to the connection; the true number, for whoever counts losses
     * @param acknowledged of these, the broker said yes; 0 at QoS 0
     * @param refused of these, the broker said no
     * @param unsettled of these, the broker said nothing
     * @param unsent due, but not taken by the connection within the duration
     * @param sendingNanos how long messages were sent
     * @param latenessP99Micros how late the publisher itself was with what nothing held back
     * @param loopCpuShare CPU of the thread on which it and its neighbours publish, in cores
     * @param lost how its connection ended before its time, empty if it did not
     */
    record Account(
            String run,
            int instance,
            long sent,
            long acknowledged,
            long refused,
            long unsettled,
            long unsent,
            long sendingNanos,
            double latenessP99Micros,
            double loopCpuShare,
            String lost) {}

    static String counterTopic(int instance, int qos, int delay) {
        return COUNTERS + instance + "/" + qos + "/" + delay;
    }

    static byte[] bytes(Object message) {
        try {
            return JSON.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A message of this form.
     *
     * @throws IllegalArgumentException if it is not
     */
    static <T> T parse(byte[] payload, Class<T> form) {
        try {
            return JSON.readValue(new String(payload, StandardCharsets.UTF_8), form);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
