/**
 * The configuration of a node: what it may say ({@link io.skein.server.config.Keys}), where it is
 * read from ({@link io.skein.server.config.ConfigurationLoader}) and what comes out ({@link
 * io.skein.server.config.Configuration}). Nothing is opened or started here.
 */
@NullMarked
package io.skein.server.config;

import org.jspecify.annotations.NullMarked;
