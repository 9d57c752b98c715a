package io.skein.cluster.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A disk whose writes and forces are counted, and fail or wait when told to. */
final class FaultyDisk implements Disk {
    /** How many bytes may still be written: a full disk at 0. */
    final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

    /** How many writes, forces and truncations go well before each fails. */
    final AtomicInteger operations = new AtomicInteger(Integer.MAX_VALUE);

    final AtomicInteger forces = new AtomicInteger();

    /** Called before each force. */
    volatile Runnable beforeForce = () -> {};

    void heal() {
        room.set(Long.MAX_VALUE);
        operations.set(Integer.MAX_VALUE);
    }

    @Override
    public FileChannel open(Path path, OpenOption... options) throws IOException {
        operation();
        return new Channel(FileChannel.open(path, options));
    }

    private void operation() throws IOException {
        if (operations.get() != Integer.MAX_VALUE && operations.getAndDecrement() <= 0) {
            throw new IOException("the disk is gone");
        }
    }

    private final class Channel extends FileChannel {
        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        @Override
        public int write(ByteBuffer src, long position) throws IOException {
            operation();
            int length = (int) Math.min(src.remaining(), room.get());
            if (length == 0) {
                throw new IOException("No space left on device");
            }
            if (room.get() != Long.MAX_VALUE) {
                room.addAndGet(-length);
            }
            int written = real.write(src.slice(src.position(), length), position);
            src.position(src.position() + written);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            operation();
            beforeForce.run();
            forces.incrementAndGet();
            real.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            operation();
            real.truncate(size);
            return this;
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return real.read(dst);
        }

        @Override
        public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
            return real.read(dsts, offset, length);
        }

        @Override
        public int write(ByteBuffer src) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            real.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel src, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            return real.read(dst, position);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return real.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }
    }
}
