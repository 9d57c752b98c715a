/** Nodes seen through their admin API, over HTTP, as any tool could see them. */
@NullMarked
package io.skein.cli.admin;

import org.jspecify.annotations.NullMarked;
