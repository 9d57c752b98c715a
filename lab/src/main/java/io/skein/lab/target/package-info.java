/**
 * What is measured of the targets themselves: which processes of this machine serve an address, and
 * what CPU and memory they use. A target elsewhere is only an address.
 */
@NullMarked
package io.skein.lab.target;

import org.jspecify.annotations.NullMarked;
