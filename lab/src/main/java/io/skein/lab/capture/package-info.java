/**
 * Packet captures of runs: recorded by tcpdump or dumpcap where one is there, read by this package
 * itself, put together to TCP streams, and told as what MQTT did: packets and the flights they
 * belong to.
 */
@NullMarked
package io.skein.lab.capture;

import org.jspecify.annotations.NullMarked;
