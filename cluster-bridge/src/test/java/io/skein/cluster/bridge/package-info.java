@NullMarked
package io.skein.cluster.bridge;

import org.jspecify.annotations.NullMarked;
