/** Populations of devices: classes with rhythms of their own, all at once against one target. */
@NullMarked
package io.skein.lab.devices;

import org.jspecify.annotations.NullMarked;
