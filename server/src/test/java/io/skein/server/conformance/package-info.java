/**
 * What the specifications demand of a server, shown over the wire against a node: the identifiers
 * at the tests are those of the statements they show (docs/conformance.md).
 */
@NullMarked
package io.skein.server.conformance;

import org.jspecify.annotations.NullMarked;
