package io.skein.cluster.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Refusal;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Redis is one server: all messages of a batch go into all their inboxes by one call, together with
 * the changes of sessions that belong to them, if the routes are still those by which they were
 * looked up. Lives on the loop.
 */
final class TogetherPost implements Publisher.Post {
    private final Redis redis;
    private final EventLoop loop;
    private final Names names;
    private final String self;
    private final SharedTable table;
    private final String tableName;
    private final long limit;
    private final LongSupplier joined;
    private long number;

    TogetherPost(
            Redis redis,
            EventLoop loop,
            Names names,
            String self,
            SharedTable table,
            String tableName,
            long limit,
            LongSupplier joined) {
        this.redis = redis;
        this.loop = loop;
        this.names = names;
        this.self = self;
        this.table = table;
        this.tableName = tableName;
        this.limit = limit;
        this.joined = joined;
    }

    @Override
    public void send(List<Outgoing> batch, Publisher publisher, Runnable then) {
        send(batch, joined.getAsLong(), Long.toString(table.version()), publisher, then);
    }

    private void send(
            List<Outgoing> batch, long join, String version, Publisher publisher, Runnable then) {
        batch.forEach(publisher::route);
        PublishCall call = new PublishCall(batch);
        redis.list(
                        "skein_publish",
                        call.keys(names, self, tableName),
                        call.args(names, self, join, ++number, version, limit))
                .whenCompleteAsync(
                        (answer, failure) -> {
                            long latest = failure == null ? PublishCall.lateFor(answer) : 0;
                            if (latest > 0) { // late enough for these: they had come before
                                table.whenAt(latest, () -> send(batch, join, "", publisher, then));
                                return;
                            }
                            if (failure == null) {
                                call.read(answer, publisher);
                                batch.forEach(publisher::sent);
                            } else {
                                Refusal refusal = Refusals.of(failure);
                                batch.forEach(one -> publisher.partDone(one, refusal));
                            }
                            then.run();
                        },
                        loop);
    }
}
