package io.skein.lab.check;

import io.skein.lab.history.MessageId;
import io.skein.lab.history.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What those who subscribe after the drain has begun get as retained: everybody the same, and
 * nothing that was surely replaced.
 */
final class RetainedCheck {
    private final RunState run;

    RetainedCheck(RunState run) {
        this.run = run;
    }

    void end() {
        for (RetainedTopic topic : run.retained()) {
            Reader first = null;
            for (Reader reader : run.readers()) {
                if (reader.isWhole()
                        && reader.invoked() > topic.lastMoved()
                        && reader.subscription().filter().matches(topic.topic())) {
                    judge(topic, reader);
                    if (first == null) {
                        first = reader;
                    } else {
                        compare(topic, first, reader);
                    }
                }
            }
        }
    }

    private void judge(RetainedTopic topic, Reader reader) {
        run.findings().checked(Promise.P7);
        MessageId got = message(reader, topic);
        if (!topic.canBe(got)) {
            run.findings()
                    .add(
                            Anomaly.RETAINED_STALE,
                            run.nanosOf(Phase.DRAIN_BEGIN),
                            () ->
                                    "%s got %s on %s, which cannot be last"
                                            .formatted(name(reader), words(got), topic.topic()),
                            () ->
                                    Evidence.of(
                                            reader.invoked(),
                                            index(reader, topic),
                                            topic.lastMoved()));
        }
    }

    private void compare(RetainedTopic topic, Reader one, Reader other) {
        MessageId first = message(one, topic);
        MessageId second = message(other, topic);
        if (first == null ? second != null : !first.equals(second)) {
            run.findings()
                    .add(
                            Anomaly.RETAINED_DIVERGED,
                            run.nanosOf(Phase.DRAIN_BEGIN),
                            () ->
                                    "on %s %s got %s and %s got %s"
                                            .formatted(
                                                    topic.topic(),
                                                    name(one),
                                                    words(first),
                                                    name(other),
                                                    words(second)),
                            () ->
                                    Evidence.of(
                                            one.invoked(),
                                            index(one, topic),
                                            other.invoked(),
                                            index(other, topic)));
        }
    }

    private static String name(Reader reader) {
        return reader.subscription().session().client().id();
    }

    private static String words(@Nullable MessageId message) {
        return message == null ? "nothing" : message.toString();
    }

    private static @Nullable MessageId message(Reader reader, RetainedTopic topic) {
        Reader.Value value = reader.value(topic.topic().name());
        return value == null ? null : value.message();
    }

    private static long index(Reader reader, RetainedTopic topic) {
        Reader.Value value = reader.value(topic.topic().name());
        return value == null ? -1 : value.index();
    }
}
