@NullMarked
package io.skein.cluster.standalone;

import org.jspecify.annotations.NullMarked;
