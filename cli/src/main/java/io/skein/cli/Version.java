package io.skein.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of Skein, of its jar, and of the Java it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "skein %s (Java %s, %s)"
                    .formatted(
                            version == null ? "development" : version,
                            Runtime.version(),
                            System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        };
    }
}
