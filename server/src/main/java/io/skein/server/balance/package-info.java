/** Which node serves whom: how loaded the others are, and clients that are moved to them. */
@NullMarked
package io.skein.server.balance;

import org.jspecify.annotations.NullMarked;
