/**
 * Changes a node while it runs: who takes part ({@link io.skein.server.reload.Reloadable}) and what
 * came of it. Reading the configuration is not done here.
 */
@NullMarked
package io.skein.server.reload;

import org.jspecify.annotations.NullMarked;
