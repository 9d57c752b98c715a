/**
 * Plots and pages that people read: SVG drawn from numbers, and HTML files that need nothing beside
 * them. Knows nothing of what was measured.
 */
@NullMarked
package io.skein.lab.report;

import org.jspecify.annotations.NullMarked;
