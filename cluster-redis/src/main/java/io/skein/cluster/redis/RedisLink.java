package io.skein.cluster.redis;

import io.skein.cluster.LinkView;
import io.skein.cluster.LinkView.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How it stands with Redis, for operators. An alarm begins when it has not answered for longer than
 * it may, and ends with its next answer. Lives on the loop, but for {@link #view}.
 */
final class RedisLink {
    /** What the link is called; a node has no other. */
    static final String NAME = "redis";

    /**
     * What it carries.
     *
     * @param waiting messages and calls that wait for an answer
     * @param sent messages that were put into inboxes since the start
     * @param received messages that were taken from inboxes
     * @param refused messages that were not put there, and their publishers told so
     */
    record Traffic(long waiting, long sent, long received, long refused) {}

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private final RedisAddress address;
    private final int alarmSeconds;
    private long connects = 1;
    private volatile LinkView view;

    /**
     * One that has just been answered.
     *
     * @param alarmSeconds after how long without an answer there is an alarm; 0 for never
     */
    RedisLink(RedisAddress address, int alarmSeconds) {
        this.address = address;
        this.alarmSeconds = alarmSeconds;
        this.view =
                view(
                        State.CONNECTED,
                        System.currentTimeMillis(),
                        address.kind(),
                        false,
                        new Traffic(0, 0, 0, 0));
    }

    /** How it stands. Any thread. */
    LinkView view() {
        return view;
    }

    /** It has answered. */
    void answered(Traffic traffic) {
        LinkView before = view;
        boolean isBack = before.state() != State.CONNECTED;
        long now = System.currentTimeMillis();
        if (isBack) {
            connects++;
            LOG.info(
                    "Redis at {} answers again, after {} s",
                    address,
                    TimeUnit.MILLISECONDS.toSeconds(now - before.sinceMillis()));
        }
        view =
                view(
                        State.CONNECTED,
                        isBack ? now : before.sinceMillis(),
                        address.kind(),
                        false,
                        traffic);
    }

    /**
     * It has not answered for a while.
     *
     * @param why what it said last if that was an error
     */
    void silent(Duration since, @Nullable String why, Traffic traffic) {
        LinkView before = view;
        boolean alarm = alarmSeconds > 0 && since.toSeconds() >= alarmSeconds;
        view =
                view(
                        State.WAITING,
                        before.state() == State.WAITING
                                ? before.sinceMillis()
                                : System.currentTimeMillis() - since.toMillis(),
                        why == null ? "no answer" : why,
                        alarm,
                        traffic);
        if (alarm && !before.alarm()) {
            LOG.error(
                    "Redis at {} has not answered for {} s, {} messages and calls wait for it: {}",
                    address,
                    since.toSeconds(),
                    traffic.waiting,
                    view.detail());
        }
    }

    private LinkView view(
            State state, long sinceMillis, String detail, boolean alarm, Traffic traffic) {
        return new LinkView(
                NAME,
                address.toString(),
                "",
                state,
                sinceMillis,
                detail,
                alarm,
                traffic.waiting,
                connects,
                traffic.sent,
                traffic.received,
                0,
                traffic.refused);
    }
}
