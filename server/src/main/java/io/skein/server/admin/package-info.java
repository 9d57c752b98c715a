/**
 * What operators and tools see of a node over HTTP: health, the cluster, counters and rates,
 * clients, metrics for Prometheus, and the dashboard's files. It looks and changes nothing.
 */
@NullMarked
package io.skein.server.admin;

import org.jspecify.annotations.NullMarked;
