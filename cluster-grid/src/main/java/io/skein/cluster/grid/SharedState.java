package io.skein.cluster.grid;

import io.netty.buffer.Unpooled;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.codec.StateReader;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.infinispan.AdvancedCache;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryRemoved;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;
import org.jspecify.annotations.Nullable;

/**
 * What every node holds of the shared cache, in the form it is looked up in: members, routes and
 * retained messages. Follows the cache while the cache is written, so that a write that is
 * acknowledged has been taken in by every node.
 */
final class SharedState {
    /** Told, by threads of the grid or who synchronizes, perhaps more than once. */
    interface Listener {
        void came(Member member);

        void buried(Peer peer);

        /** A node of which nothing is left has written this, without knowing that it is buried. */
        void stray(String key);

        /**
         * A buried node has written this over a retained message, or over none.
         *
         * @param value what it has written
         * @param known the message that was there, or one without a payload
         */
        void overwritten(String key, byte[] value, Message known);
    }

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private static final char MEMBER = 'm';
    private static final char ROUTE = 'r';
    private static final char RETAINED = 't';
    private static final char BURIED = 'x';

    private final Peer self;
    private final RoutingTable routing;
    private final RetainedMessages retained;
    private final Listener listener;

    /** Nodes that the others have gone on without. */
    private final Set<Peer> buried = new HashSet<>();

    /** Of these, those of whom nothing is left: what they may still write is of no effect. */
    private final Set<Peer> forgotten = new HashSet<>();

    /**
     * Whether what is written from here on is written now, and not brought here for the first time.
     */
    private boolean isCurrent;

    private final Set<String> present = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final GridDisk disk;

    SharedState(
            Peer self,
            RoutingTable routing,
            RetainedMessages retained,
            GridDisk disk,
            Listener listener) {
        this.self = self;
        this.routing = routing;
        this.retained = retained;
        this.disk = disk;
        this.listener = listener;
    }

    static String memberKey(Peer peer) {
        return MEMBER + peer.node() + '\0' + Long.toHexString(peer.incarnation());
    }

    /** Says that the others have gone on without this one: it is never a member again. */
    static String burialKey(Peer peer) {
        return BURIED + peer.node() + '\0' + Long.toHexString(peer.incarnation());
    }

    static String routeKey(Peer peer, TopicFilter filter) {
        return ROUTE + peer.node() + '\0' + Long.toHexString(peer.incarnation()) + '\0' + filter;
    }

    static String retainedKey(TopicName topic) {
        return RETAINED + topic.name();
    }

    /** Follows the cache from now on. */
    void follow(AdvancedCache<String, byte[]> cache) {
        cache.addListener(new Follower(this));
    }

    /** Takes in what is there and drops what is not there (any more). */
    void synchronize(AdvancedCache<String, byte[]> cache) {
        Set<String> before = new HashSet<>();
        lock.lock();
        try {
            before.addAll(present);
        } finally {
            lock.unlock();
        }
        GridEngine.forEachHere(cache, (key, value) -> before.add(key));
        for (String key : before) {
            lock.lock();
            try {
                // Read again under the lock: an event that comes later has the later value.
                byte[] value = GridEngine.here(cache, key);
                if (value == null || Tombstone.is(value)) {
                    removed(key);
                } else {
                    put(key, value, false);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** All that was written before is here. */
    void current() {
        lock.lock();
        try {
            isCurrent = true;
        } finally {
            lock.unlock();
        }
    }

    /** The sessions of a node are adopted. If it is buried, it writes nothing that counts. */
    void forget(Peer peer) {
        lock.lock();
        try {
            if (buried.contains(peer)) {
                forgotten.add(peer);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Complete when it is on the disk too, if that is where it belongs.
     *
     * @param isNew whether it has been written just now
     */
    private CompletionStage<Void> put(String key, byte[] value, boolean isNew) {
        present.add(key);
        char kind = key.charAt(0);
        if ((kind == MEMBER || kind == ROUTE) && forgotten.contains(peer(key))) {
            listener.stray(key);
            return NOTHING;
        }
        switch (kind) {
            case MEMBER -> listener.came(Member.decoded(value));
            case ROUTE -> {
                Peer peer = peer(key);
                if (!peer.equals(self)) {
                    routing.add(peer, filter(key));
                }
            }
            case RETAINED -> {
                Message message = new StateReader(Unpooled.wrappedBuffer(value)).message();
                if (!isNew || !isVain(message)) {
                    return retain(key, message.from(null));
                }
                Message known = retained.get(message.topic());
                listener.overwritten(key, value, known == null ? nothing(message.topic()) : known);
            }
            case BURIED -> {
                buried.add(peer(key));
                listener.buried(peer(key));
            }
            case Restoration.KEY -> {} // it looks itself
            default -> throw new IllegalStateException("key '" + key + "'");
        }
        return NOTHING;
    }

    /** Whether a buried node has written it, which did not know yet that it is. */
    private boolean isVain(Message message) {
        Origin writer = message.origin();
        return isCurrent
                && writer != null
                && buried.contains(new Peer(writer.node(), writer.life()));
    }

    private CompletionStage<Void> retain(String key, Message message) {
        boolean isKept = message.payload().length > 0;
        if (!isKept) {
            present.remove(key);
        }
        Message before = retained.put(message);
        boolean isKnown =
                isKept
                        ? before != null && Arrays.equals(encoded(message), encoded(before))
                        : before == null;
        return isKnown ? NOTHING : disk.retain(message);
    }

    private static byte[] encoded(Message message) {
        return Frames.encoded(out -> out.message(message));
    }

    private CompletionStage<Void> removed(String key) {
        if (!present.remove(key)) {
            return NOTHING;
        }
        switch (key.charAt(0)) {
            case ROUTE -> {
                // Those of the dead go when this node has dealt with them: others may be faster,
                // and what is published until then is kept for who was there.
                if (!buried.contains(peer(key))) {
                    routing.remove(peer(key), filter(key));
                }
            }
            case BURIED -> {
                buried.remove(peer(key));
                forgotten.remove(peer(key));
            }
            case RETAINED -> {
                Message nothing = nothing(TopicName.of(key.substring(1)));
                retained.put(nothing);
                return disk.retain(nothing);
            }
            default -> {} // a member leaves with the view, its entry goes afterwards
        }
        return NOTHING;
    }

    private static Message nothing(TopicName topic) {
        return new Message(
                topic,
                new byte[0],
                QoS.AT_MOST_ONCE,
                true,
                Properties.EMPTY,
                "",
                Message.NEVER_EXPIRES);
    }

    private static Peer peer(String key) {
        int first = key.indexOf('\0');
        int second = key.indexOf('\0', first + 1);
        return new Peer(
                key.substring(1, first),
                Long.parseUnsignedLong(
                        key.substring(first + 1, second < 0 ? key.length() : second), 16));
    }

    private static TopicFilter filter(String key) {
        return TopicFilter.of(key.substring(key.indexOf('\0', key.indexOf('\0') + 1) + 1));
    }

    /** Follows the cache; the write is acknowledged when these have returned on every node. */
    @org.infinispan.notifications.Listener
    public static final class Follower {
        private final SharedState state;

        Follower(SharedState state) {
            this.state = state;
        }

        /** An entry was written. */
        @CacheEntryCreated
        @CacheEntryModified
        public CompletionStage<Void> written(CacheEntryEvent<String, byte[]> event) {
            byte @Nullable [] value = event.getValue();
            if (event.isPre() || value == null) {
                return NOTHING;
            }
            state.lock.lock();
            try {
                return Tombstone.is(value)
                        ? state.removed(event.getKey())
                        : state.put(event.getKey(), value, true);
            } finally {
                state.lock.unlock();
            }
        }

        /** An entry was removed: a tombstone whose time was over. */
        @CacheEntryRemoved
        public CompletionStage<Void> removed(CacheEntryEvent<String, byte[]> event) {
            if (event.isPre()) {
                return NOTHING;
            }
            state.lock.lock();
            try {
                return state.removed(event.getKey());
            } finally {
                state.lock.unlock();
            }
        }
    }
}
