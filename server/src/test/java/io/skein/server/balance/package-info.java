@NullMarked
package io.skein.server.balance;

import org.jspecify.annotations.NullMarked;
