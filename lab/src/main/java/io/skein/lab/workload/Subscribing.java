package io.skein.lab.workload;

/** How the subscribers of a topic subscribe. */
public enum Subscribing {
    /** Each to the topic itself: every message comes to all of them. */
    EACH,
    /** Each with a wildcard, below which every publisher has a topic level of its own. */
    WILDCARD,
    /** All in one group: every message comes to one of them. */
    SHARED
}
