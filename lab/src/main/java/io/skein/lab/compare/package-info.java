/**
 * Puts the results of several runs side by side: reads their folders, whoever wrote them, and makes
 * one table and one page of them. Measures nothing itself.
 */
@NullMarked
package io.skein.lab.compare;

import org.jspecify.annotations.NullMarked;
