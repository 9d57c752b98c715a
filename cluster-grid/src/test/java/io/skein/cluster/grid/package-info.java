@NullMarked
package io.skein.cluster.grid;

import org.jspecify.annotations.NullMarked;
