package io.skein.broker;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions of one shard that hold and are not kept yet, with what each has replaced: if the
 * store refuses one, that holds again.
 */
final class UnkeptSubscriptions {
    private final Map<LocalSubscription, @Nullable LocalSubscription> replaced = new HashMap<>();

    /** A subscription was made, in place of another or of none. */
    void made(LocalSubscription made, @Nullable LocalSubscription before) {
        replaced.put(made, before);
    }

    /** It is in the store. */
    void kept(LocalSubscription made) {
        replaced.remove(made);
    }

    /**
     * It is not in the store: what has replaced it meanwhile has replaced what it did.
     *
     * @param current the subscription of the same filter that holds, null for none
     * @return what it has replaced, null for none
     */
    @Nullable LocalSubscription refused(
            LocalSubscription made, @Nullable LocalSubscription current) {
        LocalSubscription before = replaced.remove(made);
        LocalSubscription later = current;
        while (later != null && !made.equals(replaced.get(later))) {
            later = replaced.get(later);
        }
        if (later != null) {
            replaced.put(later, before);
        }
        return before;
    }
}
