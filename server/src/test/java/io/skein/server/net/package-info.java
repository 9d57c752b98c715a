/** Connections that behave well, badly, slowly and in great numbers. */
@NullMarked
package io.skein.server.net;

import org.jspecify.annotations.NullMarked;
