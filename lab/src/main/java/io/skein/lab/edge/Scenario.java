package io.skein.lab.edge;

import io.skein.lab.link.LinkProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing to measure.
 *
 * @param link the wide link; the plant's where the route has no other
 */
record Scenario(Route route, LinkProfile link) {
    /** The edge by itself, then each link with and without an edge before it. */
    static List<Scenario> all(LinkProfile plant, List<LinkProfile> links) {
        List<Scenario> all = new ArrayList<>();
        all.add(new Scenario(Route.EDGE, plant));
        for (LinkProfile link : links) {
            all.add(new Scenario(Route.CLOUD, link));
            all.add(new Scenario(Route.VIA_EDGE, link));
        }
        return all;
    }

    /** Fit for the name of a file. */
    String id() {
        return route.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + link.name();
    }
}
