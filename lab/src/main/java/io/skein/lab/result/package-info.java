/**
 * The folder of a run: files written whole or not at all, tables, and the environment in which
 * something was measured.
 */
@NullMarked
package io.skein.lab.result;

import org.jspecify.annotations.NullMarked;
