/** The page in a real browser, before nodes that are made up. */
@NullMarked
package io.skein.dashboard;

import org.jspecify.annotations.NullMarked;
