@NullMarked
package io.skein.cluster.codec;

import org.jspecify.annotations.NullMarked;
