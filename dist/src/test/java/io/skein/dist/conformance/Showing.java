package io.skein.dist.conformance;

/**
 * What shows a statement: a test, or a table of samples that tests run through.
 *
 * @param path of the source, below the root of the repository
 * @param owner the class
 */
record Showing(String path, String owner, String method) {}
