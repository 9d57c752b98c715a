package io.skein.cli;

import picocli.CommandLine.Option;

/** Which node tells of the cluster; the first of {@code skein up} if nothing is said. */
final class ClusterAdminOption {
    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:18830",
            description = "Admin API of any node (default: ${DEFAULT-VALUE}).")
    private String url = "";

    String url() {
        return url;
    }
}
