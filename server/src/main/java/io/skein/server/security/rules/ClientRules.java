package io.skein.server.security.rules;

import io.skein.broker.AccessRules;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do by the rules that are in force at the time it does it. Used by the thread
 * of the client's shard only.
 *
 * <p>The answer for a topic is remembered in the one place that its hash leaves it: a client that
 * repeats its topics costs a comparison each time and no memory beyond {@value #PLACES} places.
 */
public final class ClientRules implements AccessRules {
    private static final int PLACES = 32;
    private static final CompiledRules NOTHING =
            RuleBook.EMPTY.compile(new Subject("", null, Set.of(), null), List.of());

    private final Supplier<RuleBook> books;
    private final Subject subject;
    private final @Nullable List<Rule> own;
    private final Denials denials;

    private @Nullable RuleBook book;
    private CompiledRules rules = NOTHING;
    private @Nullable TopicName @Nullable [] topics;

    /** Bit n is set where the topic in place n may be published to. */
    private int allowed;

    /**
     * Rules of one client.
     *
     * @param books the book in force; asked every time, so it has to be cheap
     * @param own rules that came with the client and stand before those of the book; null for none
     */
    public ClientRules(
            Supplier<RuleBook> books, Subject subject, @Nullable List<Rule> own, Denials denials) {
        this.books = books;
        this.subject = subject;
        this.own = own == null ? null : List.copyOf(own);
        this.denials = denials;
    }

    @Override
    public boolean mayPublish(TopicName topic) {
        CompiledRules current = current();
        if (current.allowEverything()) {
            return true;
        }
        int place = (topic.hashCode() ^ (topic.hashCode() >>> 16)) & (PLACES - 1);
        @Nullable TopicName[] known = topics;
        if (known == null) {
            known = new @Nullable TopicName[PLACES];
            topics = known;
        }
        if (!topic.equals(known[place])) {
            known[place] = topic;
            int bit = 1 << place;
            allowed = current.mayPublish(topic) ? allowed | bit : allowed & ~bit;
        }
        boolean may = (allowed & (1 << place)) != 0;
        if (!may) {
            denials.denied(subject, Action.PUBLISH, topic.name());
        }
        return may;
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        boolean may = current().maySubscribe(filter);
        if (!may) {
            denials.denied(subject, Action.SUBSCRIBE, filter.text());
        }
        return may;
    }

    @SuppressWarnings("ReferenceEquality") // another book, or the same: all that has to be known
    private CompiledRules current() {
        RuleBook inForce = books.get();
        if (inForce != book) {
            book = inForce;
            rules = inForce.compile(subject, own);
            topics = null;
        }
        return rules;
    }
}
