package io.skein.cluster.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.Message;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.codec.StateWriter;
import io.skein.mqtt.topic.TopicFilter;
import java.util.function.Consumer;

/** What is put into inboxes: messages, and what nodes ask of each other. */
sealed interface Parcel {
    /** A message, for the session or for all plain subscribers of the node. */
    record Mail(Message message) implements Parcel {}

    /** A message for one member of a group on the node. */
    record Shared(TopicFilter filter, Message message) implements Parcel {}

    /**
     * The node is to let go of a session; it is answered.
     *
     * @param ends whether the session ends; otherwise it goes on where that is asked for
     */
    record Release(String from, long number, String clientId, long epoch, boolean ends)
            implements Parcel {}

    /** It has let go. */
    record Answer(long number) implements Parcel {}

    /** With what every {@link Shared} begins. */
    byte[] SHARED = encoded(Kind.SHARED, _ -> {});

    /** The bytes of a {@link Mail}. */
    static byte[] mail(Message message) {
        return encoded(Kind.MAIL, out -> out.message(message));
    }

    default byte[] encoded() {
        return switch (this) {
            case Mail mail -> mail(mail.message);
            case Shared shared ->
                    encoded(
                            Kind.SHARED,
                            out -> {
                                out.string(shared.filter.text());
                                out.message(shared.message);
                            });
            case Release release ->
                    encoded(
                            Kind.RELEASE,
                            out -> {
                                out.string(release.from);
                                out.number(release.number);
                                out.string(release.clientId);
                                out.number(release.epoch);
                                out.number(release.ends ? 1 : 0);
                            });
            case Answer answer -> encoded(Kind.ANSWER, out -> out.number(answer.number));
        };
    }

    /** Reads what {@link #encoded} has written. */
    static Parcel decoded(byte[] frame) {
        StateReader in = new StateReader(Unpooled.wrappedBuffer(frame));
        return switch (Kind.of(in.number())) {
            case MAIL -> new Mail(in.message());
            case SHARED -> new Shared(TopicFilter.of(in.string()), in.message());
            case RELEASE ->
                    new Release(
                            in.string(), in.number(), in.string(), in.number(), in.number() != 0);
            case ANSWER -> new Answer(in.number());
        };
    }

    private static byte[] encoded(Kind kind, Consumer<StateWriter> content) {
        return bytes(out -> {
            out.number(kind.ordinal());
            content.accept(out);
        });
    }

    /** A frame of its own. */
    static byte[] bytes(Consumer<StateWriter> content) {
        ByteBuf out = Unpooled.buffer(256);
        content.accept(new StateWriter(out));
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** The first number of a frame. */
    enum Kind {
        MAIL,
        SHARED,
        RELEASE,
        ANSWER;

        private static final Kind[] KINDS = values();

        static Kind of(long number) {
            if (number < 0 || number >= KINDS.length) {
                throw new IllegalArgumentException("no kind of parcel: " + number);
            }
            return KINDS[(int) number];
        }
    }
}
