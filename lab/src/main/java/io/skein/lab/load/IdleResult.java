package io.skein.lab.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What became of connections that do nothing.
 *
 * @param refusals why some were not accepted, and how many
 * @param latencyNanos from the instant a connection was due (with a rate) or begun to CONNACK
 * @param alive how many answered a PINGREQ at the end
 */
public record IdleResult(
        IdleCounts counts, Map<String, Integer> refusals, Histogram latencyNanos, int alive) {}
