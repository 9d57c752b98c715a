package io.skein.mqtt.codec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Inputs that fuzzing has found worth keeping: a file with one in hexadecimal on each line. */
final class Corpus {
    private Corpus() {}

    static List<byte[]> read(String file) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(Corpus.class.getResourceAsStream(file)),
                                StandardCharsets.US_ASCII))) {
            return lines.lines().map(HexFormat.of()::parseHex).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
