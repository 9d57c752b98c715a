/** What may be written in a configuration, and what is said about what may not. */
@NullMarked
package io.skein.server.config;

import org.jspecify.annotations.NullMarked;
