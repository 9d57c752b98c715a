package io.skein.lab.capture;

/** Gets the frames of a capture one after the other. */
@FunctionalInterface
interface FrameSink {
    void frame(Frame frame);
}
