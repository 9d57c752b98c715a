/** What every part of a node that reads files needs to say about them. */
@NullMarked
package io.skein.server.files;

import org.jspecify.annotations.NullMarked;
