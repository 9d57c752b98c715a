package io.skein.server.admin;

import io.skein.cluster.LinkView;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A number of each link, for Prometheus.
 *
 * @param name without what all names begin with
 * @param type {@code gauge}, or {@code counter} where it only grows
 * @param help one sentence
 * @param read asks a link for it
 */
record LinkMetric(String name, String type, String help, ToLongFunction<LinkView> read) {
    /** All of them, in the order to show them. */
    static final List<LinkMetric> ALL =
            List.of(
                    new LinkMetric(
                            "link_connected",
                            "gauge",
                            "Whether messages pass the link",
                            link -> link.state() == LinkView.State.CONNECTED ? 1 : 0),
                    new LinkMetric(
                            "link_alarm",
                            "gauge",
                            "Whether the link has carried nothing for longer than alarm-seconds",
                            link -> link.alarm() ? 1 : 0),
                    new LinkMetric(
                            "link_queued_messages",
                            "gauge",
                            "What waits for the far side or is under way to it",
                            LinkView::queued),
                    new LinkMetric(
                            "link_connects_total",
                            "counter",
                            "How often the link was connected",
                            LinkView::connects),
                    new LinkMetric(
                            "link_messages_sent_total",
                            "counter",
                            "Messages sent to the far side, those sent again included",
                            LinkView::sent),
                    new LinkMetric(
                            "link_messages_received_total",
                            "counter",
                            "Messages taken from the far side",
                            LinkView::received),
                    new LinkMetric(
                            "link_messages_looped_total",
                            "counter",
                            "Messages not passed on because of where they had been",
                            LinkView::looped),
                    new LinkMetric(
                            "link_messages_refused_total",
                            "counter",
                            "Messages a side has refused for good",
                            LinkView::refused));
}
