/**
 * The broker as a state machine: connection rules, sessions, in-flight windows, subscriptions,
 * retained messages, wills, quotas and authorization decisions. It takes inputs and writes its
 * effects to a sink. No sockets, files, threads, clocks or randomness live here: time is an
 * argument, and whoever calls does the rest (see {@code io.skein.server}).
 */
@NullMarked
package io.skein.broker;

import org.jspecify.annotations.NullMarked;
