package io.skein.lab.target;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a driver is asked to prepare.
 *
 * @param name the name that was asked for; a driver may answer to several
 * @param options as written behind the name, {@code key=value}
 * @param places one for each node
 * @param beside where is to be what the nodes need; null if nothing is expected to
 * @param progress hears lines about what takes long
 */
record DeploymentRequest(
        String name,
        Map<String, String> options,
        List<NodePlace> places,
        @Nullable NodePlace beside,
        Consumer<String> progress) {}
