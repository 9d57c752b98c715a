package io.skein.cli;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Options that may have been given or not: what was not leaves the default where it is kept. */
final class Given {
    private Given() {}

    static <T> void apply(@Nullable T value, Consumer<? super T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
