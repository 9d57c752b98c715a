/** What stands in front of a cluster: the configuration of a load balancer. */
@NullMarked
package io.skein.cli.balancer;

import org.jspecify.annotations.NullMarked;
