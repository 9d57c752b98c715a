/**
 * Faults of nodes on this machine: each is made, shown to have happened, and undone. When which
 * fault comes is not decided here.
 */
@NullMarked
package io.skein.lab.fault;

import org.jspecify.annotations.NullMarked;
