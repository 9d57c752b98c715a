package io.skein.lab.fault;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does something on a thread that is in another network namespace. Sockets that are made there
 * belong to that network for good, whoever uses them later.
 */
public final class InNamespace {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    private InNamespace() {}

    /**
     * Does a task, on a thread that ends with it.
     *
     * @throws IOException if the namespace cannot be entered, or the task fails
     */
    public static <T> T call(NetworkNamespace namespace, Callable<T> task) throws IOException {
        FutureTask<T> inside =
                new FutureTask<>(() -> {
                    enter(namespace);
                    return task.call();
                });
        Thread.ofPlatform().daemon().name("in-" + namespace.name()).start(inside);
        try {
            return inside.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof IOException known
                    ? known
                    : new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @SuppressWarnings("restricted") // the kernel has no other door
    private static void enter(NetworkNamespace namespace) throws IOException {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle open =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("open"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT),
                            Linker.Option.firstVariadicArg(2));
            MemorySegment path = arena.allocateFrom(namespace.file().toString());
            int file = (int) open.invokeExact(path, O_RDONLY_CLOEXEC);
            if (file < 0) {
                throw new FaultFailedException("cannot open " + namespace.file());
            }
            int entered = (int) ofTwo(linker, "setns").invokeExact(file, CLONE_NEWNET);
            int closed = (int) ofOne(linker, "close").invokeExact(file);
            if (entered != 0 || closed != 0) {
                throw new FaultFailedException(
                        "the kernel does not let a thread into network " + namespace.name());
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle ofTwo(Linker linker, String function) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle ofOne(Linker linker, String function) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
