@NullMarked
package io.skein.cluster;

import org.jspecify.annotations.NullMarked;
