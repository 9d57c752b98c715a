package io.skein.cluster.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens the files of the journal; tests put failing ones in its place. */
@FunctionalInterface
interface Disk {
    /** The real thing. */
    Disk REAL = FileChannel::open;

    /** Opens a file. */
    FileChannel open(Path path, OpenOption... options) throws IOException;
}
