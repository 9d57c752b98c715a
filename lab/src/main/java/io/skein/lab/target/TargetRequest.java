package io.skein.lab.target;

import io.skein.lab.StopSignal;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a driver is asked for.
 *
 * @param name the name that was asked for; a driver may answer to several
 * @param options as written behind the name, {@code key=value}
 * @param directory for its files and logs; exists
 * @param progress hears lines about what takes long
 * @param stop ends the start early
 */
public record TargetRequest(
        String name,
        Map<String, String> options,
        Path directory,
        Consumer<String> progress,
        StopSignal stop) {}
