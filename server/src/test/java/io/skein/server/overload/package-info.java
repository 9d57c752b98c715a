/** What happens over the wire when clients are too many, too fast, too slow or want too much. */
@NullMarked
package io.skein.server.overload;

import org.jspecify.annotations.NullMarked;
