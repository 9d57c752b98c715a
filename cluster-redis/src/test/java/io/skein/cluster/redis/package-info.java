@NullMarked
package io.skein.cluster.redis;

import org.jspecify.annotations.NullMarked;
