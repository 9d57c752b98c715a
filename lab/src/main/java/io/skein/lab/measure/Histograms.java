package io.skein.lab.measure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Histograms as text, so that results can be merged and drawn later without loss of accuracy. */
public final class Histograms {
    private Histograms() {}

    /** The compressed form of HdrHistogram (V2) in base64; empty for an empty histogram. */
    public static String text(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return "";
        }
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int bytes = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), bytes));
    }

    /**
     * The histogram in such a text.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static Histogram of(String text) {
        if (text.isEmpty()) {
            return LatencyRecorder.emptyHistogram();
        }
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 1);
        } catch (DataFormatException | RuntimeException e) {
            throw new IllegalArgumentException("not a histogram: " + e.getMessage(), e);
        }
    }
}
