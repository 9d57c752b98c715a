/**
 * The distribution as a whole: the walls between the modules, and tests that start what {@code
 * dist/target/skein} holds. What one module promises is tested in that module.
 */
@NullMarked
package io.skein.dist;

import org.jspecify.annotations.NullMarked;
