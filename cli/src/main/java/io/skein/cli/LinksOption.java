package io.skein.cli;

import io.skein.lab.link.LinkMeans;
import picocli.CommandLine.Option;

/** What emulated links are made of. */
final class LinksOption {
    @Option(
            names = "--links",
            paramLabel = "HOW",
            defaultValue = "auto",
            description =
                    "What emulates links: netem (of the kernel, in network namespaces: Linux, root), proxy"
                            + " (of the laboratory, anywhere), or auto: netem where it is possible, and a"
                            + " word why where it is not (default: ${DEFAULT-VALUE}).")
    private String means = "";

    /**
     * What was given.
     *
     * @throws IllegalArgumentException if it is none
     */
    LinkMeans means() {
        return LinkMeans.parse(means);
    }
}
