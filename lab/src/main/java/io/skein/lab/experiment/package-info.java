/** Experiments as files: what is asked for, each value with the line it stands on. */
@NullMarked
package io.skein.lab.experiment;

import org.jspecify.annotations.NullMarked;
