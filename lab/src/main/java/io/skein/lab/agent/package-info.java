/**
 * Load from several machines: agents that wait for a controller, the protocol between them, the
 * comparison of their clocks, and the merging of what they found. How a load is made is not known
 * here.
 */
@NullMarked
package io.skein.lab.agent;

import org.jspecify.annotations.NullMarked;
