package io.skein.lab.target;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the processes that listen on a TCP port of this machine, through {@code /proc}: the sockets
 * of {@code net/tcp} and {@code net/tcp6}, then the processes that hold their inodes open. Linux
 * only; elsewhere, and for processes of other users, nothing is found.
 */
final class ListeningProcesses {
    private static final String LISTEN = "0A";
    private static final int FIELD_LOCAL_ADDRESS = 1;
    private static final int FIELD_STATE = 3;
    private static final int FIELD_INODE = 9;

    private final Path proc;

    /** Looks below this directory, {@code /proc} outside of tests. */
    ListeningProcesses(Path proc) {
        this.proc = proc;
    }

    /** Ids of the processes that listen on this port, ascending. */
    Set<Long> on(int port) {
        Set<String> links = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            sockets(proc.resolve("net").resolve(table), port, links);
        }
        Set<Long> found = new TreeSet<>();
        if (!links.isEmpty()) {
            holders(links, found);
        }
        return found;
    }

    private static void sockets(Path table, int port, Set<String> links) {
        List<String> lines;
        try {
            lines = Files.readAllLines(table);
        } catch (IOException e) {
            return; // no such table: not Linux, or no IPv6
        }
        String suffix = ":%04X".formatted(port);
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > FIELD_INODE
                    && fields[FIELD_STATE].equals(LISTEN)
                    && fields[FIELD_LOCAL_ADDRESS].endsWith(suffix)) {
                links.add("socket:[" + fields[FIELD_INODE] + "]");
            }
        }
    }

    private void holders(Set<String> links, Set<Long> found) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), links)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // What could be read counts.
        }
    }

    private static boolean holds(Path descriptors, Set<String> links) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
            for (Path file : files) {
                if (pointsTo(file, links)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended.
        }
        return false;
    }

    private static boolean pointsTo(Path file, Set<String> links) {
        try {
            return links.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
            return false; // closed in the meantime
        }
    }
}
