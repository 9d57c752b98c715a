package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.codec.StateWriter;
import io.skein.cluster.link.Peer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of several copies of a session counts. */
class CopiesTest {
    private static final Peer OWNER = new Peer("owner", 1);
    private static final Peer OTHER = new Peer("other", 1);
    private static final String CLIENT = "copied";
    private static final long EPOCH = 7;

    private static Nodes nodes;
    private Copies copies;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(1);
    }

    @AfterAll
    static void close() {
        nodes.close();
    }

    @BeforeEach
    void none() {
        copies = ((GridSessions) nodes.get(1).cluster().sessions()).copies();
        copies.remove(CLIENT, Long.MAX_VALUE);
    }

    @Test
    void anOlderCopyDoesNotTakeThePlaceOfAFurtherOne() {
        assertThat(apply(OWNER, whole(EPOCH, 1, "first"))).isTrue();
        assertThat(apply(OWNER, change("second"))).isTrue();

        apply(OTHER, whole(EPOCH, 1, "first"));

        assertThat(here(EPOCH)).containsExactly("first", "second");
    }

    @Test
    void aFurtherCopyTakesThePlaceOfAnOlderOne() {
        apply(OWNER, whole(EPOCH, 1, "first"));

        apply(OTHER, whole(EPOCH, 2, "first", "second"));

        assertThat(here(EPOCH)).containsExactly("first", "second");
    }

    @Test
    void aCopyOfALaterEpochCountsHoweverFewItsChangesAre() {
        apply(OWNER, whole(EPOCH, 2, "first", "second"));

        apply(OTHER, whole(EPOCH + 1, 0, "second"));

        assertThat(here(EPOCH + 1)).containsExactly("second");
    }

    private List<String> here(long epoch) {
        Copies.Copy copy = copies.get(CLIENT, epoch);
        assertThat(copy).isNotNull();
        return SessionsTest.texts(copy.state());
    }

    private boolean apply(Peer from, ByteBuf body) {
        return copies.apply(from, body);
    }

    private static ByteBuf change(String text) {
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        writer.number(Frames.COPY_CHANGE);
        writer.change(SessionsTest.queued(CLIENT, EPOCH, 2, text));
        return out;
    }

    /** A session with these messages, after so many changes of its owner. */
    private static ByteBuf whole(long epoch, long changes, String... texts) {
        StoredSession state = new StoredSession(CLIENT, Nodes.PERSISTENT);
        for (String text : texts) {
            state.apply(SessionsTest.queued(CLIENT, epoch, state.queue().size() + 1, text));
        }
        ByteBuf out = Unpooled.buffer();
        StateWriter writer = new StateWriter(out);
        writer.number(Frames.COPY_BEGIN);
        writer.string(CLIENT);
        writer.number(epoch);
        writer.head(state.head());
        state.forEachChange(
                epoch,
                (SessionChange change) -> {
                    writer.number(Frames.COPY_CHANGE);
                    writer.change(change);
                });
        writer.number(Frames.COPY_MARKS);
        writer.string(CLIENT);
        writer.number(epoch);
        new Marks().write(writer);
        writer.number(Frames.COPY_COMPLETE);
        writer.string(CLIENT);
        writer.number(epoch);
        writer.number(changes);
        return out;
    }
}
