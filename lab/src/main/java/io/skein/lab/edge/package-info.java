/**
 * Edge against cloud: the same devices publish to a broker in the plant, to one behind an emulated
 * link, and through one that forwards; what differs in time, bytes, processors and money.
 */
@NullMarked
package io.skein.lab.edge;

import org.jspecify.annotations.NullMarked;
