@NullMarked
package io.skein.cluster.link;

import org.jspecify.annotations.NullMarked;
