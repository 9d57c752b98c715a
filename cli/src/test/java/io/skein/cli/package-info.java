@NullMarked
package io.skein.cli;

import org.jspecify.annotations.NullMarked;
