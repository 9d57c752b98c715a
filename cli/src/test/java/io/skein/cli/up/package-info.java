@NullMarked
package io.skein.cli.up;

import org.jspecify.annotations.NullMarked;
