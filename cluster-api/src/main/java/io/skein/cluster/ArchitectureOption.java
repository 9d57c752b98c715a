package io.skein.cluster;

import java.util.function.Consumer;

/**
 * A setting of one architecture, for checking and for the reference.
 *
 * @param name what stands below {@code cluster} in the configuration
 * @param values what it takes, in words
 * @param standard the value where none is given, as it would be written, or in words where it
 *     depends on others; empty for none
 * @param description one sentence for the reference
 * @param isSecret whether its value is never shown
 * @param check accepts a value, or throws IllegalArgumentException that says what is expected
 */
public record ArchitectureOption(
        String name,
        String values,
        String standard,
        String description,
        boolean isSecret,
        Consumer<String> check) {}
